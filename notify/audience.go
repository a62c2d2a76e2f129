package notify

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// audience returns the addresses of the people who have to learn of a fact, beside the channels that people share: everybody's in
// the order in which they are tried, one person after the other. What begins or gets worse is for those on duty in the lowest
// tier in which somebody can be reached; with none, for every duty officer and administrator. What follows is for those who were
// told of the beginning. A note is for the channels that people share; where there are none, for those on duty. Ways that are known not to work are left out, as long as another one is left.
func (d *Desk) audience(ctx context.Context, q querier, f fact, now time.Time) ([]Address, error) {
	begins := f.kind == KindOpened || f.kind == KindWorsened || f.kind == KindEscalated || f.kind == KindNoted && !d.configured
	if !begins {
		people, err := informed(ctx, q, f.about)
		if err != nil || len(people) == 0 {
			return nil, err
		}
		all, err := d.reachable(ctx, q)
		return all.of(people), err
	}
	people, err := called(ctx, q, f.about)
	if err != nil {
		return nil, err
	}
	r, err := d.roll(ctx, q, now)
	if f.kind == KindEscalated {
		return r.all.of(r.next(people)), err
	}
	return r.all.of(append(people, r.first()...)), err
}

// roll is who is on duty at an instant, and who can be reached.
type roll struct {
	watches []Watch
	all     contacts
}

func (d *Desk) roll(ctx context.Context, q querier, at time.Time) (r roll, err error) {
	if r.all, err = d.reachable(ctx, q); err != nil || len(r.all) == 0 {
		return r, err
	}
	r.watches, err = onDuty(ctx, q, at)
	return r, err
}

// first are those who learn first of what begins.
func (r roll) first() []int64 {
	for _, tier := range Tiers {
		if people := r.all.among(inTier(r.watches, tier)); len(people) > 0 {
			return people
		}
	}
	return r.all.officers()
}

// next are those who learn of it when nobody has taken it on: the lowest tier of which nobody was told, and whoever has come on
// duty below it since; above the last tier everybody who was not told yet.
func (r roll) next(told []int64) (people []int64) {
	for _, tier := range Tiers {
		there := r.all.among(inTier(r.watches, tier))
		untold := without(there, told)
		if people = append(people, untold...); len(there) > 0 && len(untold) == len(there) {
			return people
		}
	}
	return without(r.everybody(), told)
}

// everybody is whoever may be told at last: on duty in any tier, or a duty officer or administrator.
func (r roll) everybody() []int64 {
	people := r.all.officers()
	for _, w := range r.watches {
		people = append(people, r.all.among([]int64{w.Person.ID})...)
	}
	return people
}

func without(people, others []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(people), func(id int64) bool { return slices.Contains(others, id) })
}

// inTier lists who is on duty in a tier.
func inTier(watches []Watch, tier Tier) (people []int64) {
	for _, w := range watches {
		if w.Tier == tier {
			people = append(people, w.Person.ID)
		}
	}
	return people
}

// contact is a person and the addresses at which they can be reached, in the order in which they are tried.
type contact struct {
	person    Person
	addresses []Address
}

// contacts are all people who can be reached.
type contacts []contact

// reachable returns all people who can be reached, by ways that are not known to fail. When none is left, whatever there is will
// have to do: what is queued there leaves as soon as it can.
func (d *Desk) reachable(ctx context.Context, q querier) (contacts, error) {
	all, err := d.allContacts(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("find out who can be reached: %w", err)
	}
	down, err := waysDown(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("find out which ways work: %w", err)
	}
	works := all.keep(func(a Address) bool { return a.FailedAt.IsZero() && !down[a.Channel] })
	if len(works) == 0 {
		return all, nil
	}
	return works, nil
}

// keep returns the people with those of their addresses that are good for something.
func (all contacts) keep(good func(Address) bool) (some contacts) {
	for _, c := range all {
		var fit []Address
		for _, a := range c.addresses {
			if good(a) {
				fit = append(fit, a)
			}
		}
		if len(fit) > 0 {
			some = append(some, contact{c.person, fit})
		}
	}
	return some
}

// among returns those of some people who can be reached.
func (all contacts) among(people []int64) (some []int64) {
	for _, c := range all {
		if slices.Contains(people, c.person.ID) {
			some = append(some, c.person.ID)
		}
	}
	return some
}

// officers are the duty officers and administrators: who is told when nobody is on duty.
func (all contacts) officers() (some []int64) {
	for _, c := range all {
		if c.person.Role == Duty || c.person.Role == Admin {
			some = append(some, c.person.ID)
		}
	}
	return some
}

// of returns the addresses of some people.
func (all contacts) of(people []int64) (list []Address) {
	for _, c := range all {
		if slices.Contains(people, c.person.ID) {
			list = append(list, c.addresses...)
		}
	}
	return list
}

// names says who some people are.
func (all contacts) names(people []int64) (list []string) {
	for _, c := range all {
		if slices.Contains(people, c.person.ID) {
			list = append(list, c.person.Name)
		}
	}
	return list
}
