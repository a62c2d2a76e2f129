package notify

import (
	"net/netip"
	"slices"
	"strconv"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// Bond is something that several incidents have in common, and that may be the one cause of all.
type Bond struct {
	Kind  BondKind
	Value string
}

// BondKind is what kind of thing incidents have in common.
type BondKind string

// The kinds of bonds. Outages are explained by the first five, in this order: the wider one is tried first, because whatever
// stands in the same place is down with it.
const (
	BondRegion  BondKind = "region"  // so much of all that is watched that it is nobody's own trouble
	BondAddress BondKind = "address" // one server
	BondNetwork BondKind = "network" // an IPv4 /24, an IPv6 /48: one data centre or provider
	BondHost    BondKind = "host"    // sub-sites of one installation
	BondUnit    BondKind = "unit"    // one agency
	BondIssuer  BondKind = "issuer"  // of certificates, with how bad they are
	BondDomain  BondKind = "domain"  // that attacked pages load from or lead to
	BondText    BondKind = "text"    // that attackers wrote
)

// bondKinds are in the order in which they are tried.
var bondKinds = []BondKind{BondRegion, BondAddress, BondNetwork, BondHost, BondUnit, BondIssuer, BondDomain, BondText}

// Campaign says whether incidents with such a bond are the work of one attacker. Each of them is told by itself all the same.
func (k BondKind) Campaign() bool { return k == BondDomain || k == BondText }

// within is how far apart incidents may open that have one cause: a server dies at once, an attacker goes from door to door.
func (k BondKind) within() time.Duration {
	if k.Campaign() {
		return 24 * time.Hour
	}
	return 5 * time.Minute
}

// company is how many incidents have a bond in common.
type company struct {
	bond  Bond
	told  int // that were opened lately and last
	live  int // those, and those that are suspected
	sites int // that have it in common, whatever their state; 0 when nobody knows
}

const (
	fewestOutages  = 5 // that are one incident
	fewestAttacked = 3 // portals that are a campaign
)

// fewest is how many of the company it takes to be one.
func (c company) fewest() int {
	if c.bond.Kind.Campaign() {
		return fewestAttacked
	}
	return fewestOutages
}

// share is how many of all that have the bond have to be concerned: 30 % of the region, 10 % of anything else.
func (c company) share() int {
	if c.bond.Kind == BondRegion {
		return c.sites*3/10 + 1
	}
	return c.stir()
}

// stir is how many have to be concerned for the others to be waited for.
func (c company) stir() int { return (c.sites + 9) / 10 }

// gathering is what becomes of an incident that opens in company.
type gathering int

const (
	alone    gathering = iota // it is told by itself
	waiting                   // others that are suspected may turn out to be the same
	together                  // it is one of many
)

// gather decides which company makes an incident one of many, or may do so yet: the first that does. Suspicions count for how
// wide it is, but enough of them have to be confirmed.
func gather(all []company) (bond Bond, found gathering) {
	for _, c := range all {
		switch {
		case c.live >= max(c.fewest(), c.share()) && c.told >= c.fewest():
			return c.bond, together
		case c.live >= max(c.fewest(), c.stir()) && found == alone && !c.bond.Kind.Campaign():
			bond, found = c.bond, waiting
		}
	}
	return bond, found
}

// hold is how long an incident is held for others that may have the same cause: until the next quarter of a minute, so that those
// that wait in vain are told together, and for a region, which takes longer to fall, half a minute more.
func (b Bond) hold(now time.Time) time.Duration {
	until := now.Add(groupWait)
	if b.Kind == BondRegion {
		until = until.Add(2 * groupWait)
	}
	return until.Truncate(groupWait).Add(groupWait).Sub(now)
}

// places is what the sites of the registry have in common.
type places struct {
	asOf  time.Time
	bonds map[int64][]Bond
	sites map[Bond]int
}

// placesOf works out what sites have in common from the registry and the addresses that probes last met.
func placesOf(sites []targets.Site, addresses map[int64]netip.Addr, now time.Time) places {
	p := places{asOf: now, bonds: map[int64][]Bond{}, sites: map[Bond]int{}}
	for _, s := range sites {
		bonds := []Bond{{Kind: BondRegion}}
		if a, known := addresses[s.ID]; known {
			bonds = append(bonds, Bond{BondAddress, a.String()}, Bond{BondNetwork, networkOf(a)})
		}
		bonds = append(bonds, Bond{BondHost, s.Host()})
		if s.Unit.Name != targets.UnknownUnit {
			bonds = append(bonds, Bond{BondUnit, strconv.FormatInt(s.Unit.ID, 10)})
		}
		p.bonds[s.ID] = bonds
		for _, b := range bonds {
			p.sites[b]++
		}
	}
	return p
}

// networkOf is the network that one owner usually has.
func networkOf(a netip.Addr) string {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return a.String()
	}
	return prefix.String()
}

// bondsOf lists what an incident of a concern has in common with others, as its verdict shows it.
func (p places) bondsOf(c baseline.Concern, v baseline.Verdict) (bonds []Bond) {
	switch severity := severityOf(c, v); {
	case severity == "":
	case c == baseline.ConcernAvailability:
		return slices.Clone(p.bonds[v.Observation.Site.ID])
	case c == baseline.ConcernCertificate && v.Observation.Certificate != nil:
		return []Bond{{BondIssuer, string(severity) + " " + v.Observation.Certificate.Issuer}}
	case c == baseline.ConcernContent:
		for _, m := range v.Marks() {
			bonds = append(bonds, Bond{markBonds[m.Kind], m.Value})
		}
	}
	return bonds
}

var markBonds = map[baseline.MarkKind]BondKind{baseline.MarkDomain: BondDomain, baseline.MarkText: BondText}
