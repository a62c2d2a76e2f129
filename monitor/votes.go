package monitor

import (
	"context"
	"fmt"
	"strings"
)

// votes are what the canaries of a round say.
type votes []vote

type vote struct {
	Canary
	heard bool // the answer is in
	err   error
}

// ask asks all canaries at once, until it is clear that our own network is there, or all have had their time.
func (u *uplink) ask(ctx context.Context) votes {
	ctx, cancel := context.WithTimeout(ctx, canaryTimeout)
	defer cancel()
	type answer struct {
		n   int
		err error
	}
	answers := make(chan answer, len(u.canaries))
	v := make(votes, len(u.canaries))
	for n, c := range u.canaries {
		v[n].Canary = c
		go func() { answers <- answer{n, c.ask(ctx)} }()
	}
	for range u.canaries {
		a := <-answers
		v[a.n].heard, v[a.n].err = true, a.err
		if v.alive() && !v.open() {
			break
		}
	}
	return v
}

// alive says whether our own network is there: two canaries answer, or all there are if fewer, since one may be a cache; one of
// them stands outside, if any does, since our own gateway answers when what lies behind it is away; and not all that can prove
// who they are turn out to be somebody else, as they do behind a captive portal.
func (v votes) alive() bool {
	answered := v.count(vote.answered)
	outside := v.count(func(o vote) bool { return o.answered() && !o.inside })
	foreign := v.count(vote.foreign)
	proven := v.count(func(o vote) bool { return o.answered() && o.proves })
	return answered >= min(2, len(v)) && (outside > 0 || v.count(func(o vote) bool { return !o.inside }) == 0) && (foreign == 0 || proven > 0)
}

// open says whether an answer is missing that could still change what the others say.
func (v votes) open() bool {
	return v.count(func(o vote) bool { return o.proves && o.answered() }) == 0 && v.count(func(o vote) bool { return o.proves && !o.heard }) > 0
}

func (v votes) count(which func(vote) bool) (n int) {
	for _, o := range v {
		if which(o) {
			n++
		}
	}
	return n
}

func (o vote) answered() bool { return o.heard && o.err == nil }

func (o vote) foreign() bool { return isForeign(o.err) }

// String names those that did not answer, after how many did.
func (v votes) String() string {
	var silent []string
	for _, o := range v {
		switch {
		case o.foreign():
			silent = append(silent, o.Name+" bị thay bằng máy khác")
		case !o.answered():
			silent = append(silent, o.Name)
		}
	}
	return fmt.Sprintf("%d/%d (%s)", v.count(vote.answered), len(v), strings.Join(silent, ", "))
}
