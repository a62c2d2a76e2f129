package notify

import (
	"context"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

type lane struct{ channel, recipient string }

type move struct {
	before, after Incident
	reason        Reason
	actor, detail string
}

// Words puts a fact about an incident into words. v is the verdict that shows it best, the zero Verdict when it is not
// at hand.
func (d *Desk) Words(i Incident, v baseline.Verdict, kind Kind, lang targets.Language) Message {
	return Message{}
}

// Run sends alerts until ctx ends.
func (d *Desk) Run(ctx context.Context) error { <-ctx.Done(); return nil }

func (d *Desk) idle(ctx context.Context, v baseline.Verdict) (bool, error) { return false, errSoon }
func (d *Desk) move(ctx context.Context, v baseline.Verdict, now time.Time) ([]move, error) {
	return nil, errSoon
}
func (d *Desk) announce(m move) {}
func (d *Desk) decide(ctx context.Context, id int64, f func(Incident) move) (move, error) {
	return move{}, errSoon
}
func (d *Desk) decideContent(ctx context.Context, s targets.Site, f func(Incident) move) (move, error) {
	return move{}, errSoon
}
func (d *Desk) incident(ctx context.Context, id int64) (Incident, error)        { return Incident{}, errSoon }
func (d *Desk) incidents(ctx context.Context, f Filter) ([]Incident, error)     { return nil, errSoon }
func (d *Desk) timeline(ctx context.Context, id int64) ([]Event, error)         { return nil, errSoon }
func (d *Desk) alerts(ctx context.Context, q string, a ...any) ([]Alert, error) { return nil, errSoon }
func (d *Desk) outbox(ctx context.Context) (OutboxState, error)                 { return OutboxState{}, errSoon }
func (d *Desk) addPerson(ctx context.Context, p Person, now time.Time) (Person, error) {
	return Person{}, errSoon
}
func (d *Desk) findPerson(ctx context.Context, where string, a ...any) (Person, error) {
	return Person{}, errSoon
}
func (d *Desk) people(ctx context.Context) ([]Person, error) { return nil, errSoon }
