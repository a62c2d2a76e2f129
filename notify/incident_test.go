package notify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

var pace = targets.Profile{
	Name: "thường", ProbeEvery: time.Minute, RenderEvery: 15 * time.Minute,
	Recheck: []time.Duration{20 * time.Second, time.Minute, 2 * time.Minute}, Confirm: []time.Duration{10 * time.Second, 20 * time.Second},
}

// looks are the verdicts of the mini-language, by letter: what one look says about a concern.
var looks = map[baseline.Concern]map[string]string{
	baseline.ConcernContent:      {"n": "normal", "c": "changed", "l": "lacking", "s": "suspicious", "d": "defaced", ".": "unjudged", "T": "tampered"},
	baseline.ConcernAvailability: {"n": "up", "l": "slow", "d": "down", "b": "blocked", ".": "unknown"},
	baseline.ConcernCertificate:  {"n": "valid", "p": "none", "e": "expiring", "i": "invalid", ".": "unknown"},
	baseline.ConcernQuality:      {"n": "complete", "g": "degraded", "b": "broken", ".": "unknown"},
}

// verdict says one thing about one concern, and nothing about the others.
func verdict(c baseline.Concern, state string) baseline.Verdict {
	v := baseline.Verdict{Availability: baseline.AvailabilityUnknown, Content: baseline.Unjudged, Certificate: baseline.CertificateUnknown}
	switch c {
	case baseline.ConcernAvailability:
		v.Availability = baseline.Availability(state)
	case baseline.ConcernContent:
		switch v.Content = baseline.Content(state); state {
		case "tampered":
			v.Content, v.Evidence = baseline.Unjudged, []baseline.Evidence{{Signal: baseline.SignalTampered, Concern: c}}
		case "lacking":
			v.Content, v.Evidence = baseline.Changed, []baseline.Evidence{{Signal: baseline.SignalTextRemoved, Concern: c}}
		case "changed":
			v.Evidence = []baseline.Evidence{{Signal: baseline.SignalTextAdded, Concern: c}}
		}
	case baseline.ConcernQuality:
		v.Quality, v.Observation.Outcome, v.BaselineID = baseline.Quality(state), monitor.OK, 1
		if state == "unknown" {
			v.Observation.Outcome = monitor.Down
		}
	default:
		v.Certificate = baseline.CertificateState(state)
	}
	v.Observation.Site.Profile = pace
	v.Observation.Depth = monitor.Render
	return v
}

// TestNext plays looks. "=" hands the look before over again, "A" acknowledges, "R" is a person who says "not us" of the
// look before, "X" approves what is seen, "O" what the first look saw. Moves that change nothing are left out of the story.
func TestNext(t *testing.T) {
	tests := []struct {
		name    string
		concern baseline.Concern
		looks   string
		story   string
		state   State
		level   Severity
	}{
		{"quiet", content, "n n c . n", "", "", ""},
		{"defaced and repaired", content, "n d d . n n", "suspected opened recovering recovered", Closed, Critical},
		{"one look is not believed", content, "n d n n", "suspected dropped", Dropped, Critical},
		{"a half-loaded page neither raises nor clears", content, ". . d . . d . n . n", "suspected opened recovering recovered", Closed, Critical},
		{"it stays", content, "d d d d", "suspected opened confirmed persists", Open, Critical},
		{"either kind agrees", content, "s d", "suspected opened", Open, Critical},
		{"worse while open", content, "s s s d d", "suspected opened confirmed worsened persists", Open, Critical},
		{"better is not told", content, "d d s", "suspected opened confirmed", Open, Critical},
		{"relapse", content, "d d n d n d n n", "suspected opened recovering confirmed recovering relapsed recovering recovered", Closed, Critical},
		{"a changed page is clean", content, "d d c n", "suspected opened recovering recovered", Closed, Critical},
		{"a damaged baseline", content, "n T T T . n n", "suspected opened confirmed recovering recovered", Closed, Major},
		{"a damaged baseline, approved anew", content, "T T X", "suspected opened excused", Closed, Major},
		{"acknowledged", content, "s s A A d n n", "suspected opened acknowledged worsened recovering recovered", Closed, Critical},
		{"nobody acknowledges a suspicion", content, "d A n", "suspected dropped", Dropped, Critical},
		{"approved", content, "s s X", "suspected opened excused", Closed, Major},
		{"a suspicion is approved", content, "s X", "suspected excused", Dropped, Major},
		{"an older look is approved", content, "c s s d O d n n", "suspected opened worsened outdated persists recovering recovered", Closed, Critical},
		{"a suspicion is newer than what is approved", content, "c s O s", "suspected outdated opened", Open, Major},
		{"a person speaks of an older look", content, "c s d R O", "suspected opened noted outdated", Open, Critical},
		{"nothing to approve", content, "n X", "", "", ""},
		{"not ours", content, "c R c c c n n", "raised recovering recovered", Closed, Major},
		{"not ours, suspected already", content, "s R s", "suspected raised persists", Open, Major},
		{"not ours, open already", content, "d d R c c n n", "suspected opened noted recovering recovered", Closed, Critical},
		{"the same look counts once", content, "d = = d = n = n", "suspected opened recovering recovered", Closed, Critical},
		{"down needs three more", availability, "d d d d n n", "suspected agreed agreed opened recovering recovered", Closed, Major},
		{"a blip", availability, "n d d d n", "suspected agreed agreed dropped", Dropped, Major},
		{"blocked is not down", availability, "b b b b b", "", "", ""},
		{"blocked in between", availability, "d b d . d b d", "suspected agreed agreed opened", Open, Major},
		{"slow is not down", availability, "l d n", "suspected dropped", Dropped, Major},
		{"a slow recovery", availability, "d d d d l . l", "suspected agreed agreed opened recovering recovered", Closed, Major},
		{"certificate needs one more", certificate, "e e . n n", "suspected opened recovering recovered", Closed, Warning},
		{"an expiring one expires", certificate, "e e i", "suspected opened worsened", Open, Major},
		{"a page that stays broken is told at once", quality, "n g g b b . g n n", "opened persists recovering recovered", Closed, Warning},
		{"incomplete looks are nothing", quality, "g g g n g .", "", "", ""},
		{"broken again before it was over", quality, "b n b n n", "opened recovering relapsed recovering recovered", Closed, Warning},
		{"plain HTTP has none", certificate, "p p i p", "suspected dropped", Dropped, Major},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i, story := play(t, test.concern, test.looks)
			if have := strings.Join(story, " "); have != test.story || i.State != test.state || i.Severity != test.level {
				t.Errorf("%s:\nhave %s → %q %q\nwant %s → %q %q", test.looks, have, i.State, i.Severity, test.story, test.state, test.level)
			}
		})
	}
}

func play(t *testing.T, c baseline.Concern, script string) (i Incident, story []string) {
	t.Helper()
	i = Incident{Concern: c}
	now := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	var v baseline.Verdict
	for n, look := range strings.Fields(script) {
		now = now.Add(2 * time.Minute)
		var reason Reason
		switch look {
		case "A":
			i, reason = i.Acknowledge("truc", now)
		case "R":
			i, reason = i.Raise(v, "webmaster", now)
		case "X":
			i, reason = i.Excuse(v.Observation.ID, "quantri", now)
		case "O":
			i, reason = i.Excuse(1, "quantri", now)
		case "V":
			i, reason = i.Verify(FoundReal, "truc", false, now)
		case "F":
			i, reason = i.Verify(FoundFalse, "truc", false, now)
		case "G":
			i, reason = i.Verify(FoundFalse, "quantri", false, now)
		case "L":
			i, reason = i.Verify(FoundLegitimate, "truc", false, now)
		case "K":
			i, reason = i.Fix("truc", now)
		case "=":
			i, reason = i.Next(v, now)
		default:
			state, ok := looks[c][look]
			if !ok {
				t.Fatalf("no look is called %q", look)
			}
			v = verdict(c, state)
			v.ID, v.Observation.ID, v.At, v.Observation.At = int64(n+1), int64(n+1), now, now
			i, reason = i.Next(v, now)
		}
		if reason.moves() {
			story = append(story, string(reason))
		}
	}
	return i, story
}

func TestNextRemembersTheWorst(t *testing.T) {
	i, _ := play(t, baseline.ConcernContent, "n s s d s n")
	if i.FirstVerdictID != 2 || i.WorstVerdictID != 4 || i.LastVerdictID != 6 || i.BadLooks != 4 || i.GoodLooks != 1 {
		t.Errorf("have %+v, want first 2, worst 4, last 6, 4 bad looks and 1 good one", i)
	}
	if i.SuspectedAt.Minute() != 11 || i.OpenedAt.Minute() != 13 {
		t.Errorf("have suspected %v, opened %v", i.SuspectedAt, i.OpenedAt)
	}
}

func TestNextWithoutWaits(t *testing.T) {
	v := verdict(baseline.ConcernContent, "defaced")
	v.Observation.Site.Profile.Confirm = nil
	i, reason := Incident{Concern: baseline.ConcernContent}.Next(v, time.Now())
	if i.State != Open || reason != ReasonOpened || i.Again(reason, v) != (monitor.Again{}) {
		t.Errorf("have %v, %v: a profile that confirms nothing opens at once", i.State, reason)
	}
}

// The ending says what the last look saw.
func TestNextEndsWithWhatIsTrue(t *testing.T) {
	for script, want := range map[string]CloseReason{"d d n n": Recovered, "d d n l": Harmless, "d d l n": Recovered, "d d n c": Recovered} {
		if i, _ := play(t, content, script); i.CloseReason != want {
			t.Errorf("%s: have %q, want %q", script, i.CloseReason, want)
		}
	}
}

// TestAgain plays looks and lists how soon the next one is wanted after each.
func TestAgain(t *testing.T) {
	tests := []struct {
		concern baseline.Concern
		looks   string
		want    string
	}{
		{baseline.ConcernContent, "n d d d d n n", "- render:10s render:20s - - render:1m15s -"},
		{baseline.ConcernContent, "n s s s n n", "- render:15s render:30s - render:1m15s -"},
		{baseline.ConcernContent, "s n s s", "render:15s render:30s render:30s -"},
		{baseline.ConcernContent, "s n n", "render:15s render:30s -"},
		{baseline.ConcernContent, "d . . n", "render:10s render:10s render:10s -"},
		{baseline.ConcernAvailability, "d d d d d n n", "probe:20s probe:1m0s render:2m0s - - probe:1m15s -"},
		{baseline.ConcernAvailability, "d . n", "probe:20s probe:20s -"},
		{baseline.ConcernCertificate, "e e n n", "probe:1m0s - probe:1m15s -"},
	}
	for _, test := range tests {
		i := Incident{Concern: test.concern}
		var have []string
		now := time.Now()
		for n, look := range strings.Fields(test.looks) {
			v := verdict(test.concern, looks[test.concern][look])
			v.Observation.ID, v.At, v.Observation.At = int64(n+1), now, now
			var reason Reason
			i, reason = i.Next(v, now)
			if reason == ReasonEarly {
				t.Errorf("%s: look %d comes too early, though it came when it was wanted", test.looks, n+1)
			}
			have = append(have, spell(i.Again(reason, v)))
			now = now.Add(max(i.Again(reason, v).Probe, i.Again(reason, v).Render, time.Second))
		}
		if want := strings.Fields(test.want); !slices.Equal(have, want) {
			t.Errorf("%s %s: have %v, want %v", test.concern, test.looks, have, want)
		}
	}
}

// spell writes a wish down.
func spell(a monitor.Again) string {
	switch {
	case a.Probe > 0:
		return "probe:" + a.Probe.String()
	case a.Render > 0:
		return "render:" + a.Render.String()
	default:
		return "-"
	}
}

// A page that never arrives whole again is not opened every ten seconds for ever, nor is a probe hurried that cannot
// judge what is suspected.
func TestAgainGivesUpOnSilence(t *testing.T) {
	start := time.Now()
	v := verdict(baseline.ConcernContent, "defaced")
	v.Observation.ID, v.At, v.Observation.At = 1, start, start
	i, _ := Incident{Concern: baseline.ConcernContent}.Next(v, start)
	tests := []struct {
		depth monitor.Depth
		after time.Duration
		want  monitor.Again
	}{
		{monitor.Render, time.Minute, monitor.Again{Render: 10 * time.Second}},
		{monitor.Probe, time.Minute, monitor.Again{}},
		{monitor.Render, time.Hour, monitor.Again{}},
	}
	for _, test := range tests {
		v := verdict(baseline.ConcernContent, "unjudged")
		v.Observation.ID, v.Observation.Depth, v.At = 2, test.depth, start.Add(test.after)
		v.Observation.At = v.At
		if _, reason := i.Next(v, v.At); i.Again(reason, v) != test.want {
			t.Errorf("%s after %v: have %v, want %v", test.depth, test.after, i.Again(reason, v), test.want)
		}
	}
}

// A server that leaves out an intermediate is told, but nobody is woken for it: browsers find it by themselves.
func TestSeverityOfACertificate(t *testing.T) {
	for _, test := range []struct {
		problem monitor.CertificateProblem
		others  []monitor.CertificateProblem
		want    Severity
	}{
		{monitor.CertificateIncomplete, nil, Warning},
		{monitor.CertificateIncomplete, []monitor.CertificateProblem{monitor.CertificateExpired}, Major},
		{monitor.CertificateExpired, nil, Major},
		{monitor.CertificateSelfSigned, nil, Major},
	} {
		v := verdict(certificate, "invalid")
		v.Observation.Certificate = &monitor.Certificate{Problem: test.problem, Others: test.others}
		if have := severityOf(certificate, v); have != test.want {
			t.Errorf("%s and %v: have %s, want %s", test.problem, test.others, have, test.want)
		}
	}
}

// TestEarlyLooksProveNothing plays an outage whose looks of both depths come at given seconds.
func TestEarlyLooksProveNothing(t *testing.T) {
	start := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	tests := []struct {
		name  string
		at    []int
		story string
		again time.Duration // after the last look
	}{
		{"as the profile says", []int{0, 20, 80, 200}, "suspected agreed agreed opened", 0},
		{"a fifth sooner", []int{0, 16, 64, 160}, "suspected agreed agreed opened", 0},
		{"both depths at once", []int{0, 1, 20, 21, 80, 81}, "suspected early agreed early agreed early", 119 * time.Second},
		{"all at once", []int{0, 0, 0, 0, 0}, "suspected early early early early", 20 * time.Second},
		{"the clock is set back", []int{0, -3600, -3540, -3420}, "suspected agreed agreed opened", 0},
		{"one blip after the clock was set back", []int{0, -3600, -3599, -3598}, "suspected agreed early early", 58 * time.Second},
		{"both depths of a slow one", []int{0, 100, 101, 102}, "suspected agreed early early", 58 * time.Second},
		{"three weeks later", []int{0, 20 * 86400, 20*86400 + 1, 20*86400 + 2}, "suspected expired suspected early early", 18 * time.Second},
	}
	for _, test := range tests {
		i, story, again := Incident{Concern: availability}, []string(nil), monitor.Again{}
		for n, second := range test.at {
			v := verdict(availability, "down")
			v.ID, v.Observation.ID, v.At = int64(n+1), int64(n+1), start.Add(time.Duration(second)*time.Second)
			v.Observation.At = v.At
			var reason Reason
			if i, reason = i.Next(v, v.At); reason == ReasonExpired {
				story = append(story, string(reason))
				i, reason = Incident{Concern: availability}.Next(v, v.At)
			}
			story, again = append(story, string(reason)), i.Again(reason, v)
		}
		if have := strings.Join(story, " "); have != test.story || max(again.Probe, again.Render) != test.again {
			t.Errorf("%s: have %s, again %v, want %s, again %v", test.name, have, again, test.story, test.again)
		}
	}
}

// TestSuspicionsEnd plays one bad look and then others that say nothing, and lists what becomes of the suspicion.
func TestSuspicionsEnd(t *testing.T) {
	start := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	tests := []struct {
		name    string
		concern baseline.Concern
		depth   monitor.Depth
		silence string
		after   time.Duration
		want    Reason
	}{
		{"refused for a while", availability, monitor.Probe, "b", 5 * time.Minute, ReasonSilent},
		{"refused for longer", availability, monitor.Probe, "b", 6 * time.Minute, ReasonExpired},
		{"a certificate is not seen again", certificate, monitor.Probe, ".", 4 * time.Minute, ReasonExpired},
		{"half a page", content, monitor.Render, ".", 29 * time.Minute, ReasonSilent},
		{"half a page, twice as long as a look takes to come", content, monitor.Render, ".", 30 * time.Minute, ReasonUnseen},
		{"a probe cannot say", content, monitor.Probe, ".", 24 * time.Hour, ReasonSilent},
		{"clean again", content, monitor.Render, "n", 24 * time.Hour, ReasonDropped},
		{"the next day", content, monitor.Render, "d", 24 * time.Hour, ReasonExpired},
	}
	for _, test := range tests {
		bad := verdict(test.concern, map[baseline.Concern]string{availability: "down", content: "defaced", certificate: "expiring"}[test.concern])
		bad.ID, bad.Observation.ID, bad.Observation.At, bad.Observation.Site.Profile = 1, 1, start, pace
		i, _ := Incident{Concern: test.concern, Site: bad.Observation.Site}.Next(bad, start)
		later := verdict(test.concern, looks[test.concern][test.silence])
		later.ID, later.Observation.ID, later.Observation.Depth = 2, 2, test.depth
		i, have := i.Next(later, start.Add(test.after))
		if have != test.want {
			t.Errorf("%s: have %s, want %s", test.name, have, test.want)
		}
		if want := have == ReasonUnseen; i.Unseen() != want || i.Told() != want {
			t.Errorf("%s: have %s, unseen %v, want told as unseen: %v", test.name, i.State, i.Unseen(), want)
		}
	}
}
