package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"canhcong/targets"
)

// profileCommand shows and changes the paces of looking.
type profileCommand struct {
	List profileList `cmd:"" help:"List the profiles."`
	Set  profileSet  `cmd:"" help:"Change a profile, or add one. What is left out stays as it is; a new one starts from the ordinary profile."`
}

type profileList struct{}

type profileSet struct {
	Name       string          `arg:"" help:"Name of the profile."`
	Probe      time.Duration   `help:"Between plain HTTP looks." placeholder:"30s"`
	Render     time.Duration   `help:"Between looks with the browser." placeholder:"5m"`
	Recheck    []time.Duration `help:"Waits before each look that confirms an outage." placeholder:"20s,1m,2m"`
	Confirm    []time.Duration `help:"Waits before each look that confirms a change." placeholder:"10s,20s"`
	LearnEvery time.Duration   `help:"Between the looks of the warm-up." placeholder:"1m"`
	LearnLooks int             `help:"Looks of the warm-up." placeholder:"5"`
}

// Run prints one row per profile, the one that looks most often first.
func (profileList) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	list, err := registry.Profiles(a.ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "PROFILE\tPROBE\tRENDER\tRECHECK\tCONFIRM\tLEARN")
	for _, p := range list {
		fmt.Fprintf(w, "%s\t%v\t%v\t%s\t%s\t%d × %v\n", p.Name, p.ProbeEvery, p.RenderEvery, waitsList(p.Recheck), waitsList(p.Confirm), p.LearnLooks, p.LearnEvery)
	}
	return w.Flush()
}

func waitsList(waits []time.Duration) string {
	words := make([]string, len(waits))
	for i, w := range waits {
		words[i] = w.String()
	}
	return cmp.Or(strings.Join(words, ","), "-")
}

// shortestProbe is the shortest interval between probes that may be set: more would be an attack on the portals.
const shortestProbe = 10 * time.Second

// Run saves the profile. A program that watches follows at once.
func (c profileSet) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	p, err := registry.Profile(a.ctx, c.Name)
	if errors.Is(err, targets.ErrNotFound) {
		p, err = registry.Profile(a.ctx, targets.DefaultProfile)
	}
	if err != nil {
		return err
	}
	p = c.over(p)
	if p.ProbeEvery < shortestProbe || p.RenderEvery < p.ProbeEvery {
		return exitError{2, errors.New(a.in("Nhịp không dùng được: ít nhất 10 giây giữa hai lần thăm dò, và duyệt bằng trình duyệt không dày hơn thăm dò.",
			"This pace is not possible: at least 10 seconds between probes, and no more renders than probes."))}
	}
	if err := registry.SaveProfile(a.ctx, p); err != nil {
		return exitError{2, err}
	}
	a.say("Nhịp “%s”: thăm dò mỗi %v, duyệt bằng trình duyệt mỗi %v.", "Profile %q: a probe every %v, a render every %v.", p.Name, p.ProbeEvery, p.RenderEvery)
	return nil
}

// over is a profile with what was named on the command line.
func (c profileSet) over(p targets.Profile) targets.Profile {
	p.Name = c.Name
	p.ProbeEvery, p.RenderEvery = cmp.Or(c.Probe, p.ProbeEvery), cmp.Or(c.Render, p.RenderEvery)
	p.LearnEvery, p.LearnLooks = cmp.Or(c.LearnEvery, p.LearnEvery), cmp.Or(c.LearnLooks, p.LearnLooks)
	if len(c.Recheck) > 0 {
		p.Recheck = c.Recheck
	}
	if len(c.Confirm) > 0 {
		p.Confirm = c.Confirm
	}
	return p
}
