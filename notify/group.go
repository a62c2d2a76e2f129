package notify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"canhcong/baseline"
)

// Group is many incidents with one cause: an outage of what they stand on, or a campaign of one attacker. It is told in one
// message that is brought up to date; the members of a campaign are told by themselves as well.
type Group struct {
	ID             int64
	Number         string // NH-2027-0003 of an outage, CD-2027-0001 of a campaign
	Bond           Bond
	Concern        baseline.Concern
	State          State    // open, acknowledged or closed
	Severity       Severity // of its worst member
	Sites          int      // that have the bond in common, whatever their state; 0 when nobody knows
	OpenedAt       time.Time
	GrownAt        time.Time // when its newest member joined
	ToldAt         time.Time // when the message is due that tells how it stands
	AcknowledgedAt time.Time
	AcknowledgedBy string // login
	ClosedAt       time.Time
	Members        int // incidents, in all
	Open           int // of these, that are not over
}

const (
	groupWait     = 15 * time.Second // that the first message waits for those that fail with it
	groupInterval = 5 * time.Minute  // between two messages about what has changed
	groupOpen     = 15 * time.Minute // after its newest member, for outages: a day later it is another one
)

// Live says whether it is not over.
func (g Group) Live() bool { return g.State == Open || g.State == Acknowledged }

// Absorbs says whether its members are not told by themselves.
func (g Group) Absorbs() bool { return g.ID != 0 && !g.Bond.Kind.Campaign() }

// joinable says whether an incident that opens now and has the bond is one of its members.
func (g Group) joinable(now time.Time) bool {
	patience := groupOpen
	if g.Bond.Kind.Campaign() {
		patience = g.Bond.Kind.within()
	}
	return g.Live() && now.Sub(g.GrownAt) <= patience
}

// gathered returns a new group of incidents that have a bond in common.
func gathered(b Bond, c baseline.Concern, sites int, now time.Time) Group {
	g := Group{Bond: b, Concern: c, State: Open, Sites: sites, OpenedAt: now, GrownAt: now, ToldAt: now}
	if !b.Kind.Campaign() {
		g.ToldAt = now.Add(groupWait)
	}
	return g
}

// grow returns the group after one more incident joined it.
func (g Group) grow(s Severity, now time.Time) Group {
	g.GrownAt = now
	if rank(s) > rank(g.Severity) {
		g.Severity = s
	}
	return g
}

// urgent says whether its alerts go before others.
func (g Group) urgent() bool { return g.Bond.Kind.Campaign() }

// news returns the group after something changed that people are to learn, and how long that waits; told is false when a
// message that is due later will tell it anyway.
func (g Group) news(now time.Time) (after Group, wait time.Duration, told bool) {
	switch ahead := g.ToldAt.Sub(now); {
	case ahead > groupInterval: // said by a clock that was ahead
		g.ToldAt = now.Add(-groupInterval)
	case ahead > 0:
		return g, 0, false
	}
	g.ToldAt = later(now, g.ToldAt.Add(groupInterval))
	return g, g.ToldAt.Sub(now), true
}

// settle returns the group after one of its members ended, and whether it is over with it.
func (g Group) settle(open int, now time.Time) (after Group, over bool) {
	if open > 0 || !g.Live() {
		return g, false
	}
	g.State, g.ClosedAt = Closed, now
	return g, true
}

// Acknowledge returns the group after a person said that they are on it. Saying so twice changes nothing.
func (g Group) Acknowledge(actor string, now time.Time) (Group, Reason) {
	if g.State != Open {
		return g, ReasonQuiet
	}
	g.State, g.AcknowledgedAt, g.AcknowledgedBy = Acknowledged, now, actor
	return g, ReasonAcknowledged
}

// surroundings remembers for a minute what sites have in common: in a great outage it is asked for again and again.
type surroundings struct {
	mu sync.Mutex
	places
}

const surroundingsAge = time.Minute

// around returns what the sites have in common, as far as a verdict asks for it: that of a site which is down.
func (d *Desk) around(ctx context.Context, v baseline.Verdict) (places, error) {
	if v.Availability != baseline.IsDown {
		return places{}, nil
	}
	return d.everywhere(ctx)
}

func (d *Desk) everywhere(ctx context.Context) (places, error) {
	s := &d.surroundings
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if age := now.Sub(s.asOf); s.bonds != nil && age >= 0 && age < surroundingsAge {
		return s.places, nil
	}
	sites, err := d.registry.Sites(ctx)
	if err != nil {
		return places{}, fmt.Errorf("read what sites have in common: %w", err)
	}
	ids := make([]int64, len(sites))
	for n, site := range sites {
		ids[n] = site.ID
	}
	addresses, err := d.archive.Addresses(ctx, ids)
	if err != nil {
		return places{}, fmt.Errorf("read what sites have in common: %w", err)
	}
	s.places = placesOf(sites, addresses, now)
	return s.places, nil
}

// AcknowledgeGroup records that a person is on a group, and with it on every incident in it that is not over. Saying so again
// changes nothing. The error wraps ErrNotFound.
func (d *Desk) AcknowledgeGroup(ctx context.Context, id int64, actor string) (Group, error) {
	g, err := d.acknowledgeGroup(ctx, id, actor, time.Now())
	if err != nil {
		return Group{}, fmt.Errorf("acknowledge group %d: %w", id, err)
	}
	d.log.InfoContext(ctx, "group moved", "group", g.ID, "number", g.Number, "reason", ReasonAcknowledged)
	d.rouse()
	return g, nil
}

// Group returns one group. The error wraps ErrNotFound.
func (d *Desk) Group(ctx context.Context, id int64) (Group, error) {
	g, err := countedGroup(ctx, d.registry.DB().Read, id)
	if err != nil {
		return Group{}, fmt.Errorf("read group %d: %w", id, err)
	}
	return g, nil
}

// Groups returns the newest groups, newest first.
func (d *Desk) Groups(ctx context.Context, limit int) ([]Group, error) {
	return d.groups(ctx, limit)
}

// Members returns the incidents of a group, those that are not over first, each in the order in which they began.
func (d *Desk) Members(ctx context.Context, groupID int64) ([]Incident, error) {
	list, err := d.members(ctx, groupID)
	if err != nil {
		return nil, fmt.Errorf("list the members of group %d: %w", groupID, err)
	}
	return list, nil
}

// GroupAlerts returns the alerts of a group, oldest first.
func (d *Desk) GroupAlerts(ctx context.Context, groupID int64) ([]Alert, error) {
	return d.alerts(ctx, "WHERE about_kind = ? AND about_id = ? ORDER BY id", AboutGroup, groupID)
}
