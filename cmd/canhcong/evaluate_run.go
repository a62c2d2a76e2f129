package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"sync"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// evaluator runs cases through the production pipeline: real renders, real learning, real judging, confirmation included.
type evaluator struct {
	stage   *stage
	browser closingBrowser
	sheet   *sheet
	keep    string // folder of what was seen, "" for none
	total   int
	out     io.Writer
	begun   time.Time
	mu      sync.Mutex

	ablation bool // ask which cases would be lost without each group of signals
}

// lesson is what was learnt of a page before its cases are shown.
type lesson struct {
	site     targets.Site
	baseline baseline.Baseline
	anchor   monitor.Observation // the approved look
}

func (l lesson) judge(o monitor.Observation) baseline.Verdict {
	return baseline.Compare(l.baseline, l.anchor, o)
}

type closingBrowser interface {
	monitor.Browser
	Close() error
}

const (
	evaluateLearnLooks = 4 // the second in real time, as in production
	evaluateDeadline   = 20 * time.Second
	// evaluateFaults is how often a look is repeated that was our own fault: it says nothing about the page.
	evaluateFaults = 3
)

func (r *evaluator) close() error { return errors.Join(r.browser.Close(), r.stage.close()) }

// group learns a baseline once and judges the cases that start from it, one after the other.
func (r *evaluator) group(ctx context.Context, cases []evaluation) error {
	l, err := r.learn(ctx, cases[0])
	if err != nil {
		return err
	}
	for _, e := range cases {
		if err := r.judge(ctx, l, e); err != nil {
			return fmt.Errorf("case %s: %w", e.ID, err)
		}
	}
	return nil
}

// learn shows the baseline of a case under a host name of its own and learns it.
func (r *evaluator) learn(ctx context.Context, e evaluation) (lesson, error) {
	name := fnv.New32a()
	io.WriteString(name, e.Baseline+"/"+e.BaselineEntry)
	site := r.stage.show(fmt.Sprintf("cong%08x", name.Sum32()), e.Baseline, e.BaselineEntry)
	var samples []monitor.Observation
	for i := range evaluateLearnLooks {
		o, err := r.look(ctx, site, i == 1, fmt.Sprintf("%s-learn-%d", site.Name, i))
		if err != nil {
			return lesson{}, err
		}
		if o.Outcome == monitor.OK && o.Page != nil {
			samples = append(samples, o)
		}
	}
	if len(samples) == 0 {
		return lesson{}, fmt.Errorf("learn %s/%s: no look brought back a page", e.Baseline, e.BaselineEntry)
	}
	return lesson{site, baseline.Baseline{ID: 1, Version: 1, Profile: baseline.Learn(samples)}, samples[len(samples)-1]}, nil
}

// look returns what was seen under a name before, or looks; a look that was our own fault is repeated.
func (r *evaluator) look(ctx context.Context, site targets.Site, realTime bool, name string) (o monitor.Observation, err error) {
	if o, ok, err := r.kept(name); ok || err != nil {
		return o, err
	}
	looker := monitor.Looker{Browser: r.browser, Hosts: monitor.Hosts{"*." + stageDomain: r.stage.address()}}
	for range evaluateFaults {
		if ctx.Err() != nil {
			return o, ctx.Err() // a look would go on to its end
		}
		if o = looker.Look(ctx, site, monitor.Render, realTime, evaluateDeadline).Observation; o.Outcome != monitor.Fault {
			break
		}
	}
	return o, r.keepLook(name, o)
}

// judge shows the case's page at the baseline's address and judges it; what would be told must hold in a second look.
func (r *evaluator) judge(ctx context.Context, l lesson, e evaluation) error {
	begun := time.Now()
	r.stage.change(l.site.Host(), e)
	first, err := r.look(ctx, l.site, false, e.ID+"-1")
	if err != nil {
		return err
	}
	looks := []monitor.Observation{first}
	if isLoud(l.judge(first).Content) {
		second, err := r.look(ctx, l.site, false, e.ID+"-2")
		if err != nil {
			return err
		}
		looks = append(looks, second)
	}
	row, err := r.result(l, e, looks)
	if err != nil {
		return err
	}
	row.Seconds = time.Since(begun).Seconds()
	n, err := r.sheet.add(row)
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	r.progress(n)
	return nil
}

// result judges the looks at a case, by every rule that is asked.
func (r *evaluator) result(l lesson, e evaluation, looks []monitor.Observation) (result, error) {
	v := confirmed(looks, l.judge)
	pass, err := passes(e.Expect, v.Availability, v.Content)
	if err != nil {
		return result{}, err
	}
	row := result{evaluation: e, Availability: v.Availability, Content: v.Content, Quality: v.Quality, Score: v.Score,
		Evidence: codes(v), Pass: pass, Naive: naiveAlerts(l.anchor, looks[0])}
	if r.ablation {
		row.LostWithout, err = l.lostWithout(row, looks)
	}
	return row, err
}

// confirmed is what the looks at a case agree on; a second one is only asked for when the first is loud.
func confirmed(looks []monitor.Observation, judge func(monitor.Observation) baseline.Verdict) baseline.Verdict {
	v := judge(looks[0])
	if len(looks) > 1 && isLoud(v.Content) {
		v = weaker(v, judge(looks[1]))
	}
	return v
}

// lostWithout names the groups of signals without which a case that passes would not.
func (l lesson) lostWithout(r result, looks []monitor.Observation) ([]string, error) {
	lost := []string{}
	for _, group := range baseline.Groups() {
		v := confirmed(looks, func(o monitor.Observation) baseline.Verdict {
			return baseline.CompareWithout(l.baseline, l.anchor, o, group)
		})
		pass, err := passes(r.Expect, v.Availability, v.Content)
		if err != nil {
			return nil, err
		}
		if r.Pass && !pass {
			lost = append(lost, group)
		}
	}
	return lost, nil
}

// The naive rules, as they are named in the results.
const (
	naivePicture = "dhash64"
	naiveText    = "text"
	naiveWords   = "words"
)

func naiveAlerts(anchor, o monitor.Observation) []string {
	list := []string{}
	n := baseline.JudgeNaively(anchor, o)
	for _, rule := range []struct {
		name  string
		alert bool
	}{{naivePicture, n.Picture}, {naiveText, n.Text}, {naiveWords, n.Words}} {
		if rule.alert {
			list = append(list, rule.name)
		}
	}
	return list
}

// weaker is what two looks agree on.
func weaker(first, second baseline.Verdict) baseline.Verdict {
	if second.Content == baseline.Defaced {
		return first
	}
	return second
}

func codes(v baseline.Verdict) string {
	var list []string
	for _, e := range v.Evidence {
		list = append(list, fmt.Sprintf("%s:%.1f", e.Signal, e.Weight))
	}
	return strings.Join(list, " ")
}

// progressEvery is how many cases pass between two lines of progress.
const progressEvery = 25

func (r *evaluator) progress(n int) {
	if n%progressEvery != 0 && n != r.total {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.out, "%4d of %d cases, %.0f s\n", n, r.total, time.Since(r.begun).Seconds())
}
