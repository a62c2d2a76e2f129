package notify

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// How long after its end an incident comes back under its own number. A hole that was not closed is used again, so content is
// watched for a fortnight (domain.md 2: re-infection watch), and so is a page or a certificate that was mended badly. Two outages
// have a cause in common only when they look alike and follow each other: within a day, for the same reason. A report that took
// every outage of two weeks for one could not say how many there were.
const (
	recursWithin     = 14 * 24 * time.Hour
	downRecursWithin = 24 * time.Hour
)

// couldRecur says whether an incident that is over may come back at an instant.
func (i Incident) couldRecur(now time.Time) bool {
	within := recursWithin
	if i.Concern == baseline.ConcernAvailability {
		within = downRecursWithin
	}
	mended := i.CloseReason == Recovered || i.CloseReason == Harmless
	return i.State == Closed && mended && i.Number != "" && !i.Drill && now.Sub(i.ClosedAt) <= within
}

// recurs says whether what a look saw is what another one saw in an incident before: of content anything bad is, of an outage the
// same cause, of anything else evidence that both have.
func recurs(c baseline.Concern, was, is baseline.Verdict) bool {
	switch c {
	case baseline.ConcernContent:
		return true
	case baseline.ConcernAvailability, baseline.ConcernCertificate:
		return echoes(c, was, is)
	default:
		before := was.EvidenceOf(c)
		return slices.ContainsFunc(is.EvidenceOf(c), func(e baseline.Evidence) bool {
			return slices.ContainsFunc(before, func(old baseline.Evidence) bool { return alike(old, e, false) })
		})
	}
}

// Recur returns an incident that was over after another one turned out to be the same: it goes on under its number, with what the
// other one knows. Nobody has taken it on yet; it stays with whoever dealt with it.
func (i Incident) Recur(as Incident) (Incident, Reason) {
	back := as
	back.ID, back.Number, back.FirstVerdictID = i.ID, i.Number, i.FirstVerdictID
	back.Recurrences = i.Recurrences + 1
	back.Red = i.Red || as.Red
	back.Owner = i.Owner
	return back, ReasonRecurred
}

// recur turns the opening of an incident into the recurrence of one that is over, where it is one. What was suspected under an entry
// of its own ends there.
func (d *Desk) recur(ctx context.Context, tx *sql.Tx, m *move, now time.Time) error {
	if m.before.Told() || !m.after.Told() || m.after.Drill {
		return nil
	}
	old, ok, err := d.predecessor(ctx, tx, m.after, now)
	if err != nil || !ok {
		return err
	}
	fresh := m.after
	*m = move{before: old, actor: m.actor, detail: m.detail, bonds: m.bonds, bondSites: m.bondSites}
	m.after, m.reason = old.Recur(fresh)
	if fresh.ID == 0 {
		return nil
	}
	fresh.State, fresh.OpenedAt, fresh.ClosedAt, fresh.CloseReason = Dropped, time.Time{}, now, Recurrence
	if err := saveIncident(ctx, tx, &fresh); err != nil {
		return err
	}
	if err := forgetBonds(ctx, tx, fresh.ID); err != nil {
		return err
	}
	return writeEvent(ctx, tx, Event{IncidentID: fresh.ID, At: now, Kind: ReasonMerged, Actor: Machine, Detail: old.Number})
}

// predecessor finds the incident that is over and that another one is the recurrence of.
func (d *Desk) predecessor(ctx context.Context, tx *sql.Tx, i Incident, now time.Time) (old Incident, ok bool, err error) {
	list, err := queryIncidents(ctx, tx, lastClosed,
		i.Site.ID, i.Concern, targets.Millis(now.Add(-recursWithin)))
	if err != nil || len(list) == 0 || !list[0].couldRecur(now) {
		return Incident{}, false, err
	}
	was, err := d.judge.Verdict(ctx, list[0].WorstVerdictID)
	if err != nil { // what was seen then is lost: what is seen now has to be told all the same
		d.log.ErrorContext(ctx, "what an incident was about cannot be read", "incident", list[0].Number, "error", err)
	}
	is, err := d.judge.Verdict(ctx, i.WorstVerdictID)
	if err != nil {
		d.log.ErrorContext(ctx, "what an incident is about cannot be read", "site", i.Site.ID, "error", err)
	}
	return list[0], recurs(i.Concern, was, is), nil
}
