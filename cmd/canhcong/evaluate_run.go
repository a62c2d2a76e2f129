package main

import (
	"context"
	"errors"
	"fmt"
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
	total   int
	out     io.Writer
	begun   time.Time
	mu      sync.Mutex
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
func (r *evaluator) group(ctx context.Context, n int, cases []evaluation) error {
	site := r.stage.show(fmt.Sprintf("cong%03d", n), cases[0].Baseline, cases[0].BaselineEntry)
	var samples []monitor.Observation
	for i := range evaluateLearnLooks {
		o := r.look(ctx, site, i == 1)
		if o.Outcome == monitor.OK && o.Page != nil {
			samples = append(samples, o)
		}
	}
	if len(samples) == 0 {
		return fmt.Errorf("learn %s/%s: no look brought back a page", cases[0].Baseline, cases[0].BaselineEntry)
	}
	b, anchor := baseline.Baseline{ID: 1, Version: 1, Profile: baseline.Learn(samples)}, samples[len(samples)-1]
	for _, e := range cases {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.judge(ctx, site, b, anchor, e); err != nil {
			return fmt.Errorf("case %s: %w", e.ID, err)
		}
	}
	return nil
}

// look repeats a look that was our own fault.
func (r *evaluator) look(ctx context.Context, site targets.Site, realTime bool) (o monitor.Observation) {
	looker := monitor.Looker{Browser: r.browser}
	for range evaluateFaults {
		if o = looker.Look(ctx, site, monitor.Render, realTime, evaluateDeadline).Observation; o.Outcome != monitor.Fault {
			break
		}
	}
	return o
}

// judge shows the case's page at the baseline's address and judges it; what would be told must hold in a second look.
func (r *evaluator) judge(ctx context.Context, site targets.Site, b baseline.Baseline, anchor monitor.Observation, e evaluation) error {
	begun := time.Now()
	r.stage.change(site.Host(), e)
	v := baseline.Compare(b, anchor, r.look(ctx, site, false))
	if v.Content == baseline.Suspicious || v.Content == baseline.Defaced {
		v = weaker(v, baseline.Compare(b, anchor, r.look(ctx, site, false)))
	}
	pass, err := passes(e.Expect, v.Availability, v.Content)
	if err != nil {
		return err
	}
	n, err := r.sheet.add(result{evaluation: e, Availability: v.Availability, Content: v.Content, Quality: v.Quality, Score: v.Score,
		Evidence: codes(v), Seconds: time.Since(begun).Seconds(), Pass: pass})
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	r.progress(n)
	return nil
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
