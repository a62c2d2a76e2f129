package notify

import (
	"cmp"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// Next returns the incident after one more look, and why. Called on the zero State (with Site and Concern set) it decides
// whether a suspicion begins. Looks of either depth count, as long as they judge the concern and are as far apart as the
// profile says; the last one that makes an outage believed is a browser's. While our own network is away nothing moves.
func (i Incident) Next(v baseline.Verdict, now time.Time) (Incident, Reason) {
	if i.LastLookID != 0 && i.LastLookID == v.Observation.ID {
		return i, ReasonRepeated
	}
	if v.Observation.Outcome == monitor.Blind {
		return i.interrupt()
	}
	switch reading := read(i, v); {
	case reading == clean:
		return i.clean(v, now)
	case i.unseen(reading, v, now):
		i.State, i.OpenedAt = Open, now
		return i, ReasonUnseen
	case i.expired(reading, v, now):
		i.State, i.ClosedAt = Dropped, now
		return i, ReasonExpired
	case reading == bad:
		return i.bad(v, now)
	default:
		return i, ReasonSilent
	}
}

// interrupt takes back what a suspicion rests on, once our own network turns out to be away: whatever was seen just before
// may have been its fault. The first look after that begins the confirmation anew.
func (i Incident) interrupt() (Incident, Reason) {
	if i.State != Suspected || i.BadLooks == 0 {
		return i, ReasonSilent
	}
	i.BadLooks, i.GoodLooks, i.Trial = 0, 0, nil
	return i, ReasonInterrupted
}

// expired says whether a suspicion is too old to be agreed with: looks that far apart are not the same event. Silence does
// not end a suspicion of content before a render had its say.
func (i Incident) expired(r reading, v baseline.Verdict, now time.Time) bool {
	if i.State != Suspected || r == silent && i.Concern == baseline.ConcernContent {
		return false
	}
	limit := 2 * i.pace(v)
	for _, wait := range i.waits(v) {
		limit += wait
	}
	return now.Sub(i.AgreedAt) > limit
}

// unseen says whether a suspicion has waited for two intervals and could not be looked into: the page never arrived whole
// again, no browser was free, our own faults came in between. Nobody may take that for the all-clear.
func (i Incident) unseen(r reading, v baseline.Verdict, now time.Time) bool {
	if i.State != Suspected || i.BadLooks == 0 {
		return false
	}
	waited := now.Sub(i.AgreedAt)
	if i.Concern == baseline.ConcernContent {
		return r == silent && v.Observation.Depth == monitor.Render && waited >= 2*i.pace(v)
	}
	hindered := r == bad && i.awaitsBrowser(v) && v.Observation.Depth != monitor.Render || r == silent && v.Observation.Outcome == monitor.Fault && i.BadLooks > 1
	patience := i.due(v) + 2*i.pace(v)
	return i.Concern == baseline.ConcernAvailability && hindered && waited >= patience && waited <= 3*patience
}

// Unseen says whether the incident was opened, and still stands, on fewer looks than it takes to be believed.
func (i Incident) Unseen() bool {
	return i.Told() && i.RaisedBy == "" && i.BadLooks < enough(i.Concern, i.Site.Profile)
}

// shortestPace keeps a suspicion alive where a profile looks faster than a busy machine can.
const shortestPace = 30 * time.Second

// pace is the time between two ordinary looks that can judge the concern.
func (i Incident) pace(v baseline.Verdict) time.Duration {
	p := v.Observation.Site.Profile
	if i.Concern == baseline.ConcernContent {
		return max(p.RenderEvery, shortestPace)
	}
	return max(p.ProbeEvery, shortestPace)
}

func (i Incident) bad(v baseline.Verdict, now time.Time) (Incident, Reason) {
	switch tooSoon := i.early(v) > 0; {
	case i.State == Suspected && tooSoon:
		i.count(v)
		return i, ReasonEarly
	case i.State == Suspected && i.awaitsBrowser(v) && v.Observation.Depth != monitor.Render:
		i.count(v)
		return i, ReasonAwaiting
	case i.Told():
		return i.persist(v, now, tooSoon)
	}
	i.Trial = append(i.Trial[:len(i.Trial):len(i.Trial)], traceOf(v))
	i.BadLooks, i.AgreedAt = i.BadLooks+1, v.Observation.At
	i.count(v)
	if i.State == "" {
		i.State, i.SuspectedAt = Suspected, now
	}
	agreed := i.agreed()
	switch p := v.Observation.Site.Profile; {
	case agreed >= enough(i.Concern, p):
		i.State, i.OpenedAt, i.BadLooks, i.GoodLooks = Open, now, agreed, 0
		if i.Concern == baseline.ConcernAvailability {
			i.ConfirmedAt = now
		}
		return i, ReasonOpened
	case i.tried(v):
		i.State, i.ClosedAt, i.CloseReason = Dropped, now, Unstable
		return i, ReasonUnstable
	case i.BadLooks == 1:
		return i, ReasonSuspected
	case agreed < i.BadLooks:
		return i, ReasonWavering
	default:
		return i, ReasonAgreed
	}
}

// persist counts a bad look at what people were told of. The looks that the profile wants after the alert confirm it.
func (i Incident) persist(v baseline.Verdict, now time.Time, tooSoon bool) (Incident, Reason) {
	relapsed, worse, unfixed := i.GoodLooks > 0, i.count(v), i.unfixed(v)
	i.GoodLooks = 0
	if !tooSoon {
		i.BadLooks, i.AgreedAt = i.BadLooks+1, v.Observation.At
	}
	confirmed := !i.Confirmed() && i.RaisedBy == "" && i.confirms(v)
	if confirmed {
		i.ConfirmedAt = now
	}
	switch {
	case worse:
		return i, ReasonWorsened // the message says that it is confirmed, too
	case unfixed:
		return i, ReasonUnfixed
	case confirmed:
		return i, ReasonConfirmed
	case relapsed:
		return i, ReasonRelapsed
	default:
		return i, ReasonPersists
	}
}

// confirms says whether a look completes a confirmation: as many have agreed as the profile asks for, and that is more than it
// takes to be told; or the browser could say at last what it could not when an outage was told.
func (i Incident) confirms(v baseline.Verdict) bool {
	switch i.Concern {
	case baseline.ConcernContent:
		return len(i.waits(v)) > 1 && i.BadLooks > len(i.waits(v))
	case baseline.ConcernAvailability:
		return v.Observation.Depth == monitor.Render && i.BadLooks > len(i.waits(v))
	default:
		return false
	}
}

func (i Incident) clean(v baseline.Verdict, now time.Time) (Incident, Reason) {
	if !i.Live() {
		return i, ReasonQuiet
	}
	i.LastLookID, i.LastVerdictID = v.Observation.ID, v.ID
	if i.State == Suspected {
		return i.doubted(v, now)
	}
	return i.recover(v, now)
}

// recover counts a clean look at what people were told of. Enough of them end it, once no view of the site is left that was bad.
func (i Incident) recover(v baseline.Verdict, now time.Time) (Incident, Reason) {
	i.clear(v.Observation.Depth)
	since := v.Observation.At.Sub(i.GoodAt)
	early := i.GoodLooks > 0 && since >= 0 && since < apart(v.Observation.Site.Profile)
	if !early {
		i.GoodLooks, i.GoodAt = i.GoodLooks+1, v.Observation.At
	}
	switch {
	case i.GoodLooks < CleanLooks && early:
		return i, ReasonEarly
	case i.GoodLooks < CleanLooks:
		return i, ReasonRecovering
	case !i.healed(v):
		return i, ReasonHealing
	}
	i.State, i.ClosedAt, i.CloseReason = Closed, now, Recovered
	if i.Concern == baseline.ConcernContent && !v.Restored() {
		i.CloseReason = Harmless
	}
	return i, ReasonRecovered
}

// doubted is a suspicion after a look that did not share it. One clean look is enough to drop it, but where the page only
// differs from what was approved, two of three looks decide: some pages are not served alike to every visitor.
func (i Incident) doubted(v baseline.Verdict, now time.Time) (Incident, Reason) {
	ordinary := i.Concern == baseline.ConcernContent && len(i.Trial) > 0 && !i.Trial[0].Plain
	if ordinary && i.early(v) > 0 {
		return i, ReasonEarly
	}
	if i.GoodLooks, i.GoodAt = i.GoodLooks+1, v.Observation.At; ordinary && !i.tried(v) {
		i.AgreedAt = v.Observation.At
		return i, ReasonWavering
	}
	i.State, i.ClosedAt = Dropped, now
	if ordinary && len(i.waits(v)) > 1 {
		i.CloseReason = Unstable
		return i, ReasonUnstable
	}
	return i, ReasonDropped
}

// tried says whether a suspicion of content has had all the looks that decide about it.
func (i Incident) tried(v baseline.Verdict) bool {
	return i.Concern == baseline.ConcernContent && len(i.Trial)+i.GoodLooks > len(i.waits(v))
}

// early returns how much too soon a look began to agree with the last one that was counted: looks of two depths in the same
// second are one blip seen twice. A fifth of the wait is forgiven, and so is a clock that was set back.
func (i Incident) early(v baseline.Verdict) time.Duration {
	due, since := i.due(v), v.Observation.At.Sub(i.AgreedAt)
	if since < 0 || since >= due*4/5 {
		return 0
	}
	return due - since
}

// due is how long after the last look that was counted the next one is wanted, 0 when none is.
func (i Incident) due(v baseline.Verdict) time.Duration {
	w, counted := i.waits(v), i.BadLooks
	if i.State == Suspected {
		counted += i.GoodLooks
	}
	if len(w) == 0 || counted == 0 {
		return 0
	}
	return w[min(counted, len(w))-1]
}

// count remembers a bad look and says whether it is worse than all before it.
func (i *Incident) count(v baseline.Verdict) (worse bool) {
	if v.Observation.ID >= i.LastLookID { // a person may speak of an older look
		i.LastLookID, i.LastVerdictID = v.Observation.ID, v.ID
	}
	if i.FirstVerdictID == 0 {
		i.FirstVerdictID = v.ID
	}
	i.blame(v.Observation.Depth)
	i.Red = i.Red || i.Concern == baseline.ConcernContent && v.Plain()
	severity := severityOf(i.Concern, v)
	worse = rank(severity) > rank(i.Severity) || i.nearer(v)
	if worse {
		i.Severity, i.WorstVerdictID = severity, v.ID
		i.Step = i.stepOf(v)
	}
	return worse
}

// Again returns how soon the incident wants the next look after it moved for a reason: the waits of the profile until it
// is believed and confirmed, as long as clean looks have to be apart to see a recovery twice, and nothing otherwise.
func (i Incident) Again(r Reason, v baseline.Verdict) monitor.Again {
	in := i.wait(r, v)
	switch {
	case i.Concern == baseline.ConcernContent, i.awaitsBrowser(v):
		return monitor.Again{Render: in}
	case i.Concern == baseline.ConcernQuality:
		return monitor.Again{} // the judge has counted the looks
	case i.Told() && in > 0 && slices.Contains(i.Views, monitor.Render):
		return monitor.Again{Probe: in, Render: in}
	default:
		return monitor.Again{Probe: in}
	}
}

func (i Incident) wait(r Reason, v baseline.Verdict) time.Duration {
	switch {
	case i.Told() && (r == ReasonRecovering || r == ReasonHealing || r == ReasonEarly):
		return apart(v.Observation.Site.Profile)*5/4 - max(v.At.Sub(i.GoodAt), 0) // however much chance cuts it short
	case i.Told() && r != ReasonSilent && i.toBeConfirmed(v):
		return left(cmp.Or(i.early(v), i.due(v)), v)
	case r == ReasonEarly:
		return left(i.early(v), v)
	case r == ReasonAwaiting:
		return left(max(i.early(v), time.Second), v)
	case r == ReasonSuspected, r == ReasonAgreed, r == ReasonWavering:
		return left(i.due(v), v)
	case i.State == Suspected && (r == ReasonRepeated || r == ReasonSilent && i.mayAnswer(v)):
		return max(i.due(v), i.first(v))
	default:
		return 0
	}
}

// left is what is left of a wait that runs from the beginning of a look, once the look is judged.
func left(wait time.Duration, v baseline.Verdict) time.Duration {
	if wait <= 0 {
		return 0
	}
	return max(wait-max(v.At.Sub(v.Observation.At), 0), time.Second)
}

// toBeConfirmed says whether people were told of something that the profile wants to see once more.
func (i Incident) toBeConfirmed(v baseline.Verdict) bool {
	n := len(i.waits(v))
	return i.Concern == baseline.ConcernContent && i.RaisedBy == "" && !i.Confirmed() && n > 1 && i.BadLooks <= n
}

// first is the wait after which an interrupted confirmation begins anew, 0 for one that was not.
func (i Incident) first(v baseline.Verdict) time.Duration {
	if w := i.waits(v); i.BadLooks == 0 && len(w) > 0 {
		return w[0]
	}
	return 0
}

// mayAnswer says whether a look that said nothing is worth repeating soon: its depth can judge the concern, and the
// suspicion is fresh. A page that never arrives whole must not be opened every ten seconds for ever.
func (i Incident) mayAnswer(v baseline.Verdict) bool {
	switch {
	case v.Observation.Outcome == monitor.Fault || v.Observation.Outcome == monitor.Blind:
		return false // the monitor repeats what was its own fault by itself
	case i.BadLooks == 0:
		return true // interrupted: nothing has been looked at again since
	}
	if v.Observation.Depth != monitor.Render && i.Concern == baseline.ConcernContent {
		return false
	}
	return v.At.Sub(i.AgreedAt) < 2*i.pace(v)
}

// awaitsBrowser says whether only a browser may still say that the site is down: it meets the site with other headers, another
// resolver and another TLS than the probes that agreed so far.
func (i Incident) awaitsBrowser(v baseline.Verdict) bool {
	w := i.waits(v)
	return i.Concern == baseline.ConcernAvailability && i.State == Suspected && len(w) > 0 && i.BadLooks >= len(w)
}

// waits lists how long to wait before each look after the first. Where a page only differs from what was approved, the looks
// are half as far apart again: what turns on a page has to have turned.
func (i Incident) waits(v baseline.Verdict) []time.Duration {
	w := waits(i.Concern, v.Observation.Site.Profile)
	if i.Concern != baseline.ConcernContent || len(i.Trial) == 0 || i.Trial[0].Plain {
		return w
	}
	longer := make([]time.Duration, len(w))
	for n := range w {
		longer[n] = w[n] * 3 / 2
	}
	return longer
}

// waits lists how long to wait before each look after the first: for content those of the alert and of its confirmation.
func waits(c baseline.Concern, p targets.Profile) []time.Duration {
	switch c {
	case baseline.ConcernContent:
		return p.Confirm
	case baseline.ConcernAvailability:
		return p.Recheck
	case baseline.ConcernQuality: // the judge has counted the looks
		return nil
	default: // a certificate does not come and go as a network does: the next look is enough
		return []time.Duration{p.ProbeEvery}
	}
}

// enough is how many looks must agree before people are told: all of an outage, two of anything else.
func enough(c baseline.Concern, p targets.Profile) int {
	looks := len(waits(c, p)) + 1
	if c == baseline.ConcernAvailability {
		return looks
	}
	return min(2, looks)
}

// longestApart is how far apart the clean looks of a recovery have to be: a server that is being restarted answers once, too.
const longestApart = time.Minute

// apart is the same where a profile re-checks faster than that.
func apart(p targets.Profile) time.Duration {
	if len(p.Recheck) == 0 {
		return 0
	}
	return min(longestApart, p.Recheck[len(p.Recheck)-1])
}
