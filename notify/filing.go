package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"canhcong/targets"
)

// FilingKind is one of the two reports that the authority wants of a serious incident.
type FilingKind string

// The kinds of filings (domain.md 8).
const (
	FilingInitial FilingKind = "initial" // báo cáo ban đầu, after Mẫu 03 of TT 20/2017
	FilingClosing FilingKind = "closing" // báo cáo kết thúc: cause, scope and remedy, after Mẫu 04
)

// FilingKinds are the kinds of filings, in their order.
var FilingKinds = []FilingKind{FilingInitial, FilingClosing}

// Filing is what people did about reporting an incident. Of a recurrence it begins anew.
type Filing struct {
	CountedAt time.Time // from when a person has the time counted; zero: as the incident itself says
	Needless  bool      // a person said that nothing has to be reported
	Initial   Letter
	Closing   Letter
}

// Letter is a report that has left the office, on paper or otherwise: the program sends none.
type Letter struct {
	Number string // of the letter: "12/BC-TTCĐS"
	At     time.Time
	By     string // login of who wrote down that it was sent
}

// Sent says whether there is one.
func (l Letter) Sent() bool { return !l.At.IsZero() }

func (f *Filing) letter(k FilingKind) *Letter {
	if k == FilingClosing {
		return &f.Closing
	}
	return &f.Initial
}

// Deadlines are how long after an incident was known it has to be reported. Zero fields are those of NĐ 331/2026, Điều 31.2.d:
// 24 hours for the first notice, 72 for cause, scope and remedy.
type Deadlines struct{ Initial, Closing time.Duration }

func (l Deadlines) of(k FilingKind) time.Duration {
	if k == FilingClosing {
		return cmp.Or(l.Closing, 72*time.Hour)
	}
	return cmp.Or(l.Initial, 24*time.Hour)
}

// Known returns when an incident was known: since the machine saw it, or a person confirmed it, whichever came first. The law does
// not say which of them counts; this one is never too late.
func (i Incident) Known() (at time.Time) {
	instants := []time.Time{i.SuspectedAt, i.OpenedAt}
	if i.Finding == FoundReal {
		instants = append(instants, i.FoundAt)
	}
	for _, one := range instants {
		if !one.IsZero() && (at.IsZero() || one.Before(at)) {
			at = one
		}
	}
	return at
}

// Counted returns from when the time for the reports of an incident is counted; zero when there is nothing to report. Without a
// person's word that is so of everything but changed pages: what makes an incident serious ("nghiêm trọng") the law leaves open.
func (i Incident) Counted() time.Time {
	excused := i.Finding.Excuses() || i.CloseReason == Legitimate || i.CloseReason == Refuted
	switch {
	case i.Number == "" || i.Drill || i.Needless || excused:
		return time.Time{}
	case !i.CountedAt.IsZero():
		return i.CountedAt
	case i.urgent():
		return i.Known()
	default:
		return time.Time{}
	}
}

// Clock is the time for one report of an incident.
type Clock struct {
	Incident Incident
	Kind     FilingKind
	Due      time.Time
	Letter   Letter // zero while none was sent
}

// ClockState is how a clock stands.
type ClockState string

// The states of a clock.
const (
	ClockRuns   ClockState = "runs"
	ClockNear   ClockState = "near" // it runs out soon
	ClockOver   ClockState = "over" // it has run out, and nothing was sent
	ClockSent   ClockState = "sent" // in time
	ClockLate   ClockState = "late" // sent when it had run out
	ClockCaught ClockState = "with" // the closing report was sent, which says all that this one would
)

// clockNear is how long before a clock runs out people are reminded.
const clockNear = 4 * time.Hour

// State says how the clock stands.
func (c Clock) State(now time.Time) ClockState {
	switch {
	case c.Letter.Sent() && c.Letter.At.After(c.Due):
		return ClockLate
	case c.Letter.Sent():
		return ClockSent
	case c.Incident.Closing.Sent():
		return ClockCaught
	case !now.Before(c.Due):
		return ClockOver
	case c.Due.Sub(now) <= clockNear:
		return ClockNear
	default:
		return ClockRuns
	}
}

// Pressing says whether people have to be reminded of the clock.
func (c Clock) Pressing(now time.Time) bool {
	s := c.State(now)
	return s == ClockNear || s == ClockOver
}

// Clocks returns the clocks of an incident; none when there is nothing to report.
func (d *Desk) Clocks(i Incident) (list []Clock) {
	from := i.Counted()
	if from.IsZero() {
		return nil
	}
	for _, k := range FilingKinds {
		list = append(list, Clock{Incident: i, Kind: k, Due: from.Add(d.deadlines.of(k)), Letter: *i.letter(k)})
	}
	return list
}

// PressingClocks returns the clocks of all incidents that run out soon or have run out, the first to do so first.
func (d *Desk) PressingClocks(ctx context.Context) (list []Clock, err error) {
	all, err := d.unreported(ctx)
	if err != nil {
		return nil, fmt.Errorf("find incidents that have to be reported: %w", err)
	}
	now := time.Now()
	for _, i := range all {
		for _, c := range d.Clocks(i) {
			if c.Pressing(now) {
				list = append(list, c)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Clock) int { return a.Due.Compare(b.Due) })
	return list, nil
}

// Count returns the incident after a person said from when the time for its reports is counted.
func (i Incident) Count(from time.Time) (Incident, Reason) {
	if i.Number == "" || i.Drill || i.CountedAt.Equal(from) && !i.Needless {
		return i, ReasonQuiet
	}
	i.CountedAt, i.Needless = from, false
	return i, ReasonCounted
}

// Spare returns the incident after a person said that nothing of it has to be reported.
func (i Incident) Spare() (Incident, Reason) {
	if i.Counted().IsZero() {
		return i, ReasonQuiet
	}
	i.Needless, i.CountedAt = true, time.Time{}
	return i, ReasonNeedless
}

// Report returns the incident after a report of it was sent. Said again it corrects what was said before.
func (i Incident) Report(k FilingKind, l Letter) (Incident, Reason) {
	if i.Number == "" || i.Drill || *i.letter(k) == l {
		return i, ReasonQuiet
	}
	*i.letter(k) = l
	return i, ReasonReported
}

var (
	// ErrFuture is returned (wrapped) when something shall have happened that has not.
	ErrFuture = errors.New("it is still to come")
	// ErrLetter is returned (wrapped) when a letter has no number, or one that is none.
	ErrLetter = errors.New("the number of the letter is needed, 100 characters at most")
)

// mostLetter is the longest number of a letter, in characters.
const mostLetter = 100

// Count records from when the time for the reports of an incident is counted. The error wraps ErrReason, ErrFuture or ErrNotFound.
func (d *Desk) Count(ctx context.Context, incidentID int64, from time.Time, actor, reason string) (Incident, error) {
	reason, err := whyOf(reason)
	if err == nil && from.After(time.Now()) {
		err = ErrFuture
	}
	if err != nil {
		return Incident{}, fmt.Errorf("count the time of incident %d: %w", incidentID, err)
	}
	return d.handle(ctx, "count the time of", incidentID, actor, officialMoment(from)+" · "+reason, func(i Incident, _ time.Time) (Incident, Reason) { return i.Count(from) })
}

// Spare records that nothing has to be reported of an incident. The error wraps ErrReason or ErrNotFound.
func (d *Desk) Spare(ctx context.Context, incidentID int64, actor, reason string) (Incident, error) {
	reason, err := whyOf(reason)
	if err != nil {
		return Incident{}, fmt.Errorf("report nothing of incident %d: %w", incidentID, err)
	}
	return d.handle(ctx, "report nothing of", incidentID, actor, reason, func(i Incident, _ time.Time) (Incident, Reason) { return i.Spare() })
}

// Reported records that a report of an incident was sent, by people: the program sends none. The error wraps ErrLetter, ErrFuture
// or ErrNotFound.
func (d *Desk) Reported(ctx context.Context, incidentID int64, k FilingKind, l Letter) (Incident, error) {
	l.Number = targets.OneLine(l.Number)
	var err error
	switch {
	case l.Number == "" || utf8.RuneCountInString(l.Number) > mostLetter:
		err = ErrLetter
	case l.At.After(time.Now()):
		err = ErrFuture
	}
	if err != nil {
		return Incident{}, fmt.Errorf("record the %s report of incident %d: %w", k, incidentID, err)
	}
	l.At = l.At.Truncate(time.Millisecond) // as it is kept
	return d.handle(ctx, "record a report of", incidentID, l.By, string(k)+" "+l.Number, func(i Incident, _ time.Time) (Incident, Reason) { return i.Report(k, l) })
}

// whyOf returns the reason of a person as it is written down.
func whyOf(reason string) (string, error) {
	reason = targets.OneLine(reason)
	if n := utf8.RuneCountInString(reason); n < shortestReason || n > longestReason {
		return "", ErrReason
	}
	return reason, nil
}

// IncidentNumbered returns the incident with a number. The error wraps ErrNotFound.
func (d *Desk) IncidentNumbered(ctx context.Context, number string) (Incident, error) {
	about, err := d.numbered(ctx, number)
	if err == nil && about.Kind != AboutIncident {
		err = ErrNotFound
	}
	if err != nil {
		return Incident{}, fmt.Errorf("find incident %.40q: %w", number, err)
	}
	return d.incident(ctx, about.ID)
}
