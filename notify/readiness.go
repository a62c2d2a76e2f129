package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// LackKind is one way in which a period would find the watch unprepared.
type LackKind string

// The kinds of what can be lacking, the gravest first.
const (
	LackChannels     LackKind = "channels"     // nobody can be told anything
	LackHoles        LackKind = "holes"        // in the roster
	LackBaselines    LackKind = "baselines"    // portals that are not compared with anything
	LackUnreachable  LackKind = "unreachable"  // on duty, and no address of theirs works
	LackUntested     LackKind = "untested"     // addresses where nothing has arrived lately
	LackTroubles     LackKind = "troubles"     // what the monitor says about itself
	LackDisk         LackKind = "disk"         // little room
	LackBackup       LackKind = "backup"       // none, or an old one
	LackCertificates LackKind = "certificates" // that end soon, or are not valid
	LackSecondWay    LackKind = "secondway"    // one way to people is not enough
	LackUnits        LackKind = "units"        // portals that nobody is known to own
	LackContacts     LackKind = "contacts"     // units where there is nobody to call
	LackClashes      LackKind = "clashes"      // people on duty twice at once
)

// Limits of what counts as ready.
const (
	provenFor    = 7 * 24 * time.Hour // since something arrived at an address
	roomWanted   = 0.15               // share of the disk
	backupWithin = 48 * time.Hour     // a night may be missed

	certificateMargin = 7 * 24 * time.Hour // that a certificate has to outlast the period: nobody renews one on its last day
)

// Lack is one thing that is not as it should be before a period begins.
type Lack struct {
	Kind  LackKind
	Names []string // what it concerns, safe to show
}

// Readiness is how well a stretch of time is prepared for. Nothing lacking is ready.
type Readiness struct {
	Span
	Portals int
	Lacks   []Lack // the gravest first
	say     speech
}

// Readiness looks at what a period needs: people on duty who can be reached, portals with an approved baseline and somebody who
// answers for them, valid certificates, and a machine with room and a backup. With the zero Period it looks at all portals and
// the days that the roster is looked at ahead.
func (d *Desk) Readiness(ctx context.Context, p targets.Period, lang targets.Language) (Readiness, error) {
	now := time.Now()
	r := Readiness{Span: ahead(now), say: speech{lang}}
	if p.ID != 0 {
		r.Span = Span{later(p.From, now), p.End()}
	}
	if err := errors.Join(d.lookAtPeople(ctx, &r), d.lookAtPortals(ctx, p, &r), d.lookAtMachine(ctx, &r)); err != nil {
		return Readiness{}, fmt.Errorf("see whether all is ready: %w", err)
	}
	slices.SortStableFunc(r.Lacks, func(a, b Lack) int { return slices.Index(lackKinds, a.Kind) - slices.Index(lackKinds, b.Kind) })
	return r, nil
}

var lackKinds = []LackKind{LackChannels, LackHoles, LackBaselines, LackUnreachable, LackUntested, LackTroubles, LackDisk, LackBackup, LackCertificates,
	LackSecondWay, LackUnits, LackContacts, LackClashes}

// lacks adds what is lacking, if anything is.
func (r *Readiness) lacks(kind LackKind, names ...string) {
	if len(names) > 0 {
		r.Lacks = append(r.Lacks, Lack{kind, names})
	}
}

// lookAtPeople looks at the roster, and at the ways to those on it.
func (d *Desk) lookAtPeople(ctx context.Context, r *Readiness) error {
	o, err := d.Outlook(ctx, r.Span)
	if err != nil {
		return err
	}
	var holes, clashes []string
	for _, h := range o.Holes {
		holes = append(holes, fmt.Sprintf("%s: %s – %s", h.Tier.Text(r.say.lang), r.say.civil(h.From), r.say.civil(h.Until)))
	}
	for _, c := range o.Clashes {
		clashes = append(clashes, plain(c.First.Person.Name)+": "+r.say.civil(later(c.First.From, c.Second.From)))
	}
	r.lacks(LackHoles, holes...)
	r.lacks(LackClashes, clashes...)
	return d.lookAtWays(ctx, o.Shifts, r)
}

// lookAtWays looks at the shared addresses, and at those of the people on duty.
func (d *Desk) lookAtWays(ctx context.Context, shifts []Shift, r *Readiness) error {
	proven, err := d.provenLanes(ctx)
	if err != nil {
		return err
	}
	if len(d.carriers) == 0 {
		r.lacks(LackChannels, ConsoleChannel)
	} else if len(d.carriers) == 1 {
		r.lacks(LackSecondWay, d.Ways()...)
	}
	var untested, unreachable []string
	fresh := time.Now().Add(-provenFor)
	for _, c := range d.channels {
		if c.Name != ConsoleChannel && proven[lane{c.Name, c.Recipient}].Before(fresh) {
			untested = append(untested, plain(c.Name+" → "+c.Recipient))
		}
	}
	for _, p := range onceEach(shifts) {
		list, err := d.Addresses(ctx, p.ID)
		if err != nil {
			return err
		}
		works := false
		for _, a := range list {
			works = works || a.FailedAt.IsZero() && d.carriers[a.Channel] != nil
			if a.ProvenAt.Before(fresh) && a.FailedAt.IsZero() {
				untested = append(untested, plain(p.Name)+": "+a.Channel)
			}
		}
		if !works {
			unreachable = append(unreachable, plain(p.Name))
		}
	}
	r.lacks(LackUntested, untested...)
	r.lacks(LackUnreachable, unreachable...)
	return nil
}

// onceEach returns the people of shifts, each once.
func onceEach(shifts []Shift) (list []Person) {
	for _, s := range shifts {
		if !slices.ContainsFunc(list, func(p Person) bool { return p.ID == s.Person.ID }) {
			list = append(list, s.Person)
		}
	}
	return list
}

// lookAtPortals looks at what is watched in the period.
func (d *Desk) lookAtPortals(ctx context.Context, p targets.Period, r *Readiness) error {
	sites, err := d.registry.Sites(ctx)
	if err != nil {
		return err
	}
	approved, err := d.judge.ApprovedSites(ctx)
	if err != nil {
		return err
	}
	states, err := d.judge.States(ctx)
	if err != nil {
		return err
	}
	contacts, err := d.contacts(ctx)
	if err != nil {
		return err
	}
	ends, err := d.certificateEnds(ctx, sites)
	if err != nil {
		return err
	}
	var bare, certificates, unowned, silent []string
	for _, s := range sites {
		if !p.Covers(s) {
			continue
		}
		r.Portals++
		if !approved[s.ID] {
			bare = append(bare, s.Host())
		}
		if c := states[s.ID].Certificate; c == baseline.CertificateExpiring || c == baseline.CertificateInvalid {
			certificates = append(certificates, s.Host())
		} else if end, known := ends[s.ID]; known && end.Before(r.Until.Add(certificateMargin)) {
			certificates = append(certificates, s.Host()+" ("+end.In(targets.Vietnam).Format("02/01/2006")+")")
		}
		switch unit := plain(s.Unit.Name); {
		case unit == targets.UnknownUnit:
			unowned = append(unowned, s.Host())
		case !contacts[s.Unit.ID] && !slices.Contains(silent, unit):
			silent = append(silent, unit)
		}
	}
	r.lacks(LackBaselines, bare...)
	r.lacks(LackCertificates, certificates...)
	r.lacks(LackUnits, unowned...)
	r.lacks(LackContacts, silent...)
	return nil
}

// certificateEnds says until when the certificates of portals hold.
func (d *Desk) certificateEnds(ctx context.Context, sites []targets.Site) (map[int64]time.Time, error) {
	ids := make([]int64, len(sites))
	for n, s := range sites {
		ids[n] = s.ID
	}
	return d.archive.CertificateEnds(ctx, ids)
}

// contacts are the units where there is somebody to call: a webmaster, or somebody of the list of contacts.
func (d *Desk) contacts(ctx context.Context) (map[int64]bool, error) {
	people, err := d.People(ctx)
	if err != nil {
		return nil, err
	}
	units := map[int64]bool{}
	for _, p := range people {
		if p.Role == Webmaster {
			units[p.UnitID] = true
		}
	}
	listed, err := d.registry.Contacts(ctx)
	for _, c := range listed {
		if c.Valid(time.Now()) {
			units[c.UnitID] = true
		}
	}
	return units, err
}

// lookAtMachine looks at the monitor itself.
func (d *Desk) lookAtMachine(ctx context.Context, r *Readiness) error {
	troubles, err := d.LiveNotices(ctx)
	if err != nil {
		return err
	}
	for _, n := range troubles {
		r.lacks(LackTroubles, n.Text(r.say.lang))
	}
	if d.upkeep == nil {
		return nil
	}
	u := d.upkeep()
	if u.Free < roomWanted {
		r.lacks(LackDisk, fmt.Sprintf("%.0f%%", u.Free*100))
	}
	switch {
	case u.Backup.IsZero():
		r.lacks(LackBackup, "–")
	case time.Since(u.Backup) > backupWithin:
		r.lacks(LackBackup, u.Backup.In(targets.Vietnam).Format("02/01/2006"))
	}
	return nil
}
