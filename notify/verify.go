package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canhcong/baseline"
	"canhcong/targets"
)

// shortestReason and longestReason bound what a person writes down about an incident, in characters.
const (
	shortestReason = 5
	longestReason  = 500
)

// ErrReason is returned (wrapped) when something needs a reason, and none was given that says anything.
var ErrReason = errors.New("a reason of 5 to 500 characters is needed")

// Verify records what a person found an incident to be, and tells the channels. That it is a false alarm or a legitimate change
// needs a reason; of an incident that is red it takes the word of two people: until the second one agrees, Asked says what the
// first one found. Where nobody else could agree, it takes the same word again, not before AloneAfter, and Alone says so. The error wraps ErrReason and ErrNotFound.
func (d *Desk) Verify(ctx context.Context, incidentID int64, f Finding, actor, reason string) (Incident, error) {
	reason = targets.OneLine(reason)
	if n := utf8.RuneCountInString(reason); n > longestReason || f.Excuses() && n < shortestReason {
		return Incident{}, fmt.Errorf("verify incident %d: %w", incidentID, ErrReason)
	}
	others, err := d.Others(ctx, actor)
	if err != nil {
		return Incident{}, fmt.Errorf("verify incident %d: %w", incidentID, err)
	}
	return d.handle(ctx, "verify", incidentID, actor, reason, func(i Incident, now time.Time) (Incident, Reason) {
		return i.Verify(f, actor, len(others) == 0, now)
	})
}

// Others lists whoever may agree with what somebody found out about an incident.
func (d *Desk) Others(ctx context.Context, login string) ([]Person, error) {
	all, err := d.People(ctx)
	return slices.DeleteFunc(all, func(p Person) bool { return p.Login == login || p.Role != Admin && p.Role != Duty }), err
}

// Assign records who deals with an incident. The error wraps ErrNotFound, also for an owner who is nobody.
func (d *Desk) Assign(ctx context.Context, incidentID int64, owner, actor string) (Incident, error) {
	p, err := d.PersonByLogin(ctx, owner)
	if err != nil {
		return Incident{}, fmt.Errorf("assign incident %d: %w", incidentID, err)
	}
	return d.handle(ctx, "assign", incidentID, actor, p.Login, func(i Incident, now time.Time) (Incident, Reason) { return i.Assign(p.Login, actor, now) })
}

// Fix records that a person says that it is mended. The incident closes once every view of the site is clean. The error wraps
// ErrNotFound.
func (d *Desk) Fix(ctx context.Context, incidentID int64, actor, how string) (Incident, error) {
	return d.handle(ctx, "fix", incidentID, actor, cut(targets.OneLine(how), longestReason), func(i Incident, now time.Time) (Incident, Reason) { return i.Fix(actor, now) })
}

// handle moves an incident as a person's hand does.
func (d *Desk) handle(ctx context.Context, doing string, id int64, actor, detail string, step func(Incident, time.Time) (Incident, Reason)) (Incident, error) {
	m, err := d.decide(ctx, id, func(i Incident) move {
		after, reason := step(i, time.Now())
		return move{before: i, after: after, reason: reason, actor: actor, detail: detail}
	})
	if err != nil {
		return Incident{}, fmt.Errorf("%s incident %d: %w", doing, id, err)
	}
	d.announce(m)
	return m.after, nil
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// echo says whether a look only goes on seeing what a person has ended the incident of already, or never was bad. It is asked
// where nothing is live; i is zero when nothing was ended so.
func (d *Desk) echo(ctx context.Context, tx *sql.Tx, i Incident, v baseline.Verdict, now time.Time) (quiet bool, err error) {
	if i.ID == 0 {
		return false, nil
	}
	was, err := d.judge.Verdict(ctx, i.LastVerdictID)
	if err != nil { // what was seen then is lost: nothing can be the same
		d.log.ErrorContext(ctx, "what was excused cannot be read", "incident", i.Number, "error", err)
	}
	after, reason := i.Echo(was, v, now)
	if reason == ReasonForgotten {
		return read(i, v) == clean, saveIncident(ctx, tx, &after)
	}
	return reason != ReasonSuspected, nil
}
