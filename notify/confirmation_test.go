package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// step is one look of a trial: when it came, in seconds after the first, and what it was.
type step struct {
	at    int
	look  string // a letter of looks; "p" before it is a probe's, "!" our own fault, "~" our own network away
	signs string // what the evidence is: signals, "@" and the left edge of the changed area
}

// trial plays looks at a concern at given seconds.
func trial(t *testing.T, c baseline.Concern, steps []step) (i Incident, story []string, again monitor.Again) {
	t.Helper()
	start := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	i = Incident{Concern: c}
	for n, s := range steps {
		v := seenAs(t, c, s)
		v.ID, v.Observation.ID, v.At = int64(n+1), int64(n+1), start.Add(time.Duration(s.at)*time.Second)
		v.Observation.At = v.At
		var reason Reason
		if i, reason = i.Next(v, v.At); reason == ReasonExpired {
			story = append(story, string(reason))
			i, reason = Incident{Concern: c}.Next(v, v.At)
		}
		i.Site = v.Observation.Site
		story, again = append(story, string(reason)), i.Again(reason, v)
	}
	return i, story, again
}

func seenAs(t *testing.T, c baseline.Concern, s step) baseline.Verdict {
	t.Helper()
	depth, outcome, letter := monitor.Render, monitor.OK, s.look
	if strings.HasPrefix(letter, "p") {
		depth, letter = monitor.Probe, letter[1:]
	}
	switch letter {
	case "!":
		outcome, letter = monitor.Fault, "."
	case "~":
		outcome, letter = monitor.Blind, "."
	}
	state, ok := looks[c][letter]
	if !ok {
		t.Fatalf("no look is called %q", s.look)
	}
	v := verdict(c, state)
	v.Observation.Depth, v.Observation.Outcome = depth, outcome
	signals, area, placed := strings.Cut(s.signs, "@")
	for _, signal := range strings.Fields(signals) {
		v.Evidence = append(v.Evidence, baseline.Evidence{Signal: baseline.Signal(signal), Concern: c, Weight: 4})
	}
	if placed {
		x := map[string]int{"left": 0, "right": 900}[area]
		v.Evidence = append(v.Evidence, baseline.Evidence{Signal: baseline.SignalAppearance, Concern: c, Regions: []monitor.Rect{{X: x, Y: 100, W: 300, H: 100}}})
	}
	return v
}

type trialCase struct {
	name  string
	steps []step
	story string
	again string // after the last look
	state State
}

func runTrials(t *testing.T, c baseline.Concern, cases []trialCase) {
	t.Helper()
	for _, test := range cases {
		i, story, again := trial(t, c, test.steps)
		if have := strings.Join(story, " "); have != test.story || spell(again) != test.again || i.State != test.state {
			t.Errorf("%s:\nhave %s, again %s, %s\nwant %s, again %s, %s", test.name, have, spell(again), i.State, test.story, test.again, test.state)
		}
	}
}

// An outage is believed when every look agreed, the last of them a browser's.
func TestOutageIsConfirmedByABrowser(t *testing.T) {
	runTrials(t, availability, []trialCase{
		{"as it should be", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "d", ""}},
			"suspected agreed agreed opened", "-", Open},
		{"the last is wanted of a browser", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}},
			"suspected agreed agreed", "render:2m0s", Suspected},
		{"a browser was the first", []step{{0, "d", ""}}, "suspected", "probe:20s", Suspected},
		{"a probe in between", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {140, "pd", ""}},
			"suspected agreed agreed early", "render:1m0s", Suspected},
		{"the browser is late", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "pd", ""}},
			"suspected agreed agreed awaiting", "render:1s", Suspected},
		{"the browser opens it", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "n", ""}},
			"suspected agreed agreed dropped", "-", Dropped},
		{"one good look is enough", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pn", ""}}, "suspected agreed dropped", "-", Dropped},
		{"no browser for two intervals", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "pd", ""}, {260, "pd", ""}, {320, "pd", ""}},
			"suspected agreed agreed awaiting awaiting unseen", "-", Open},
		{"the browser comes back and agrees", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {320, "pd", ""}, {400, "d", ""}},
			"suspected agreed agreed unseen confirmed", "-", Open},
		{"our own faults for two intervals", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "p!", ""}, {140, "!", ""}, {200, "p!", ""}},
			"suspected agreed silent silent unseen", "-", Open},
		{"our own faults after one look", []step{{0, "pd", ""}, {80, "p!", ""}, {200, "p!", ""}, {400, "p!", ""}},
			"suspected silent silent expired silent", "-", ""},
		{"the monitor was away for hours", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {9000, "pd", ""}},
			"suspected agreed agreed expired suspected", "probe:20s", Suspected},
	})
}

// Clean looks that close an incident are a minute apart.
func TestRecoveryTakesAMinute(t *testing.T) {
	down := []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "d", ""}}
	runTrials(t, availability, []trialCase{
		{"both depths at once", append(down, step{260, "pn", ""}, step{261, "n", ""}),
			"suspected agreed agreed opened recovering early", "probe:1m14s", Open},
		{"a minute later", append(down, step{260, "pn", ""}, step{261, "n", ""}, step{320, "pn", ""}),
			"suspected agreed agreed opened recovering early recovered", "-", Closed},
		{"down again", append(down, step{260, "pn", ""}, step{300, "pd", ""}, step{360, "pn", ""}, step{400, "pn", ""}),
			"suspected agreed agreed opened recovering relapsed recovering early", "probe:35s", Open},
		{"the clock was set back", append(down, step{260, "pn", ""}, step{-3000, "pn", ""}),
			"suspected agreed agreed opened recovering recovered", "-", Closed},
	})
}

// While our own network is away nothing moves, and what was suspected is looked into from the beginning.
func TestBlindnessFreezes(t *testing.T) {
	runTrials(t, availability, []trialCase{
		{"three of four looks before", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {140, "p~", ""}, {200, "~", ""}, {260, "d", ""}},
			"suspected agreed agreed interrupted silent suspected", "probe:20s", Suspected},
		{"all is well after it", []step{{0, "pd", ""}, {60, "p~", ""}, {120, "pn", ""}}, "suspected interrupted dropped", "-", Dropped},
		{"away for longer than suspicions live", []step{{0, "pd", ""}, {60, "p~", ""}, {3600, "p~", ""}, {3660, "pd", ""}},
			"suspected interrupted silent expired suspected", "probe:20s", Suspected},
		{"told before", []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "d", ""}, {260, "p~", ""}, {400, "pn", ""}},
			"suspected agreed agreed opened silent recovering", "probe:1m15s", Open},
	})
	runTrials(t, content, []trialCase{
		{"a suspicion of content", []step{{0, "d", ""}, {10, "~", ""}, {910, "~", ""}, {3610, "~", ""}}, "suspected interrupted silent silent", "-", Suspected},
		{"a probe after it asks for a browser", []step{{0, "d", ""}, {10, "~", ""}, {70, "p.", ""}}, "suspected interrupted silent", "render:10s", Suspected},
		{"and begins anew", []step{{0, "d", ""}, {10, "~", ""}, {70, "p.", ""}, {80, "d", ""}, {90, "d", ""}},
			"suspected interrupted silent suspected opened", "render:20s", Open},
	})
}

// What speaks for itself is told after one more look and confirmed by a third; what merely differs from what was approved has
// to be the same in two of three.
func TestContentIsConfirmed(t *testing.T) {
	runTrials(t, content, []trialCase{
		{"plain", []step{{0, "d", ""}, {10, "d", ""}, {30, "d", ""}}, "suspected opened confirmed", "-", Open},
		{"plain, told, not confirmed yet", []step{{0, "d", ""}, {10, "d", ""}}, "suspected opened", "render:20s", Open},
		{"plain, a look too soon", []step{{0, "d", ""}, {10, "d", ""}, {12, "d", ""}}, "suspected opened persists", "render:18s", Open},
		{"plain by its signs", []step{{0, "s", "promo"}, {10, "s", "promo"}, {30, "s", "promo"}}, "suspected opened confirmed", "-", Open},
		{"plain, and gone", []step{{0, "d", ""}, {10, "n", ""}}, "suspected dropped", "-", Dropped},
		{"plain, worse and confirmed in one", []step{{0, "s", "promo"}, {10, "s", "promo"}, {30, "d", ""}}, "suspected opened worsened", "-", Open},
		{"differs, twice the same", []step{{0, "s", "links"}, {15, "s", "links structure"}}, "suspected opened", "render:30s", Open},
		{"differs, three times", []step{{0, "s", "links"}, {15, "s", "links"}, {45, "s", "links"}}, "suspected opened confirmed", "-", Open},
		{"differs, too soon", []step{{0, "s", "links"}, {10, "s", "links"}}, "suspected early", "render:5s", Suspected},
		{"differs in two of three", []step{{0, "s", "links"}, {15, "n", ""}, {45, "s", "links"}}, "suspected wavering opened", "render:30s", Open},
		{"differs in one of three", []step{{0, "s", "links"}, {15, "n", ""}, {45, "n", ""}}, "suspected wavering unstable", "-", Dropped},
		{"differs in another way", []step{{0, "s", "links"}, {15, "s", "form_origin"}}, "suspected wavering", "render:30s", Suspected},
		{"differs in a third way", []step{{0, "s", "links"}, {15, "s", "form_origin"}, {45, "s", "dark"}}, "suspected wavering unstable", "-", Dropped},
		{"differs as at first", []step{{0, "s", "links"}, {15, "s", "form_origin"}, {45, "s", "links"}}, "suspected wavering opened", "render:30s", Open},
		{"differs elsewhere", []step{{0, "s", "visual@left"}, {15, "s", "visual@right"}, {45, "s", "visual@right"}}, "suspected wavering opened", "render:30s", Open},
		{"differs elsewhere each time", []step{{0, "s", "visual@left"}, {15, "s", "visual@right"}, {45, "n", ""}}, "suspected wavering unstable", "-", Dropped},
		{"differs, and then plain", []step{{0, "s", "links"}, {15, "d", ""}}, "suspected opened", "render:30s", Open},
		{"a clean look too soon", []step{{0, "s", "links"}, {1, "n", ""}}, "suspected early", "render:14s", Suspected},
	})
}

// The words follow: suspected, then confirmed, each by what the incident is when it is told.
func TestConfirmationInWords(t *testing.T) {
	d := &Desk{}
	plain := []step{{0, "d", ""}, {10, "d", ""}, {30, "d", ""}}
	for _, test := range []struct {
		name    string
		concern baseline.Concern
		steps   []step
		want    []string
	}{
		{"told", content, plain[:2], []string{"KHẨN: Nghi bị thay đổi giao diện", "Trạng thái: NGHI NGỜ"}},
		{"confirmed", content, plain, []string{"KHẨN: Xác nhận bị thay đổi giao diện", "Trạng thái: XÁC NHẬN", "Số lần nhìn thấy: 3"}},
		{"an outage", availability, []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {200, "d", ""}}, []string{"Không truy cập được", "Trạng thái: XÁC NHẬN", "Số lần nhìn thấy: 4"}},
		{"an outage that no browser saw", availability, []step{{0, "pd", ""}, {20, "pd", ""}, {80, "pd", ""}, {320, "pd", ""}}, []string{"Không truy cập được", "Trạng thái: CHƯA XÁC MINH – không nhìn lại được trọn vẹn"}},
	} {
		i, _, _ := trial(t, test.concern, test.steps)
		v := seenAs(t, test.concern, test.steps[0])
		m := d.Words(i, v, KindOpened, targets.Vietnamese)
		for _, want := range test.want {
			if !strings.Contains(m.Title+"\n"+m.Body, want) {
				t.Errorf("%s: have\n%s\n%s\nwant %q", test.name, m.Title, m.Body, want)
			}
		}
	}
}

// The confirmation takes the place of the message that it confirms; who was told nothing is told everything at once.
func TestConfirmationReplacesTheMessage(t *testing.T) {
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t, Options{})
			show := func(looks int) {
				for range looks {
					v := o.look(o.site, content, "defaced")
					v.Observation.Site.Profile.Confirm = []time.Duration{0, 0}
					if _, err := o.Handle(t.Context(), v); err != nil {
						t.Fatal(err)
					}
				}
			}
			show(2)
			if late {
				show(1)
			}
			shut := o.open()
			time.Sleep(time.Minute)
			show(2)
			time.Sleep(time.Minute)
			shut()
			var replaced, told []string
			for _, m := range o.inbox.all() {
				if m.Replaces && m.ReplyTo == "a" {
					replaced = append(replaced, m.Title)
				} else {
					told = append(told, m.Title)
				}
			}
			switch {
			case late && (len(told) != 1 || !strings.Contains(told[0], "Xác nhận") || len(replaced) != 0):
				t.Errorf("told when it was confirmed already: have %q and replaced %q, want one message that says both", told, replaced)
			case !late && (len(told) != 1 || len(replaced) != 1 || !strings.Contains(replaced[0], "Xác nhận")):
				t.Errorf("have %q and replaced %q, want one message, and one that confirms it in its place", told, replaced)
			}
		})
	}
}
