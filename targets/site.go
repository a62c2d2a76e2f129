package targets

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/monitor/egress"
)

// Priority says which portals come first when there is more to do than time. 1 is the most important.
type Priority int

const (
	// PriorityHigh is for the portals a province cannot miss: the provincial portal, public services.
	PriorityHigh Priority = 1
	// PriorityNormal is for departments and thematic portals, and the default.
	PriorityNormal Priority = 2
	// PriorityLow is for everything else.
	PriorityLow Priority = 3
)

// Unit is an agency that owns portals (đơn vị chủ quản).
type Unit struct {
	ID   int64
	Name string
}

// Site is one portal that is watched.
type Site struct {
	ID       int64
	Name     string // what people call it: "Cổng thông tin điện tử phường Ví Dụ"
	URL      string // the address looked at, normalised: "https://phuongvidu.tinhmau.gov.vn/"
	Key      string // the identity that recognises duplicates; see Key
	Unit     Unit
	Priority Priority
	Profile  Profile // its own, or that of the period that lasts now: see PeriodOf
	PeriodID int64   // that period; 0 when the profile is its own
	Note     string
	Allow    []egress.Exception // from the egress policy, by the word of an administrator
	AddedAt  time.Time
	// RemovedAt is when people stopped watching the site, zero while it is watched. Only PastSite returns such a site.
	RemovedAt time.Time
}

// Host returns the host name of the site's address, without a port, in Unicode for people.
func (s Site) Host() string { return hostOf(s.URL) }

// Draft is what a person enters to start watching a site. Only URL is required.
type Draft struct {
	Name     string // "" uses the host name
	URL      string // scheme optional; https is assumed
	Unit     string // "" uses "Chưa rõ đơn vị"
	Priority Priority
	Profile  string // "" uses "thường"
	Note     string
}

// Profile sets the pace of looking at a site. It is data: a period or a demonstration uses another row.
type Profile struct {
	Name        string
	ProbeEvery  time.Duration   // between plain HTTP looks
	RenderEvery time.Duration   // between browser looks
	Recheck     []time.Duration // waits between a failed look and each re-check before "down" is believed
	Confirm     []time.Duration // waits between a suspicious look and each look that must agree before anybody is told
	LearnEvery  time.Duration   // between the looks of the warm-up
	LearnLooks  int             // looks of the warm-up before a baseline is offered, at least 3
}

// DefaultProfile is the name of the profile that sites get when none is named.
const DefaultProfile = "thường"

// check says what in a profile cannot be kept. Times are kept in milliseconds.
func (p Profile) check() error {
	if OneLine(p.Name) == "" {
		return errors.New("it has no name")
	}
	for _, every := range []time.Duration{p.ProbeEvery, p.RenderEvery, p.LearnEvery} {
		if every < time.Millisecond {
			return fmt.Errorf("looking every %v is not possible", every)
		}
	}
	for _, wait := range slices.Concat(p.Recheck, p.Confirm) {
		if wait < 0 {
			return fmt.Errorf("waiting %v is not possible", wait)
		}
	}
	if p.LearnLooks < 3 {
		return fmt.Errorf("%d looks are too few to learn what moves on a page: at least 3", p.LearnLooks)
	}
	return nil
}
