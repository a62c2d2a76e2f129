package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	name := fnv.New32a()
	io.WriteString(name, cases[0].Baseline+"/"+cases[0].BaselineEntry)
	site := r.stage.show(fmt.Sprintf("cong%08x", name.Sum32()), cases[0].Baseline, cases[0].BaselineEntry)
	var samples []monitor.Observation
	for i := range evaluateLearnLooks {
		o, err := r.look(ctx, site, i == 1, fmt.Sprintf("%s-learn-%d", site.Name, i))
		if err != nil {
			return err
		}
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

// look returns what was seen under a name before, or looks; a look that was our own fault is repeated.
func (r *evaluator) look(ctx context.Context, site targets.Site, realTime bool, name string) (o monitor.Observation, err error) {
	if o, ok, err := r.kept(name); ok || err != nil {
		return o, err
	}
	looker := monitor.Looker{Browser: r.browser}
	for range evaluateFaults {
		if o = looker.Look(ctx, site, monitor.Render, realTime, evaluateDeadline).Observation; o.Outcome != monitor.Fault {
			break
		}
	}
	return o, r.keepLook(name, o)
}

// judge shows the case's page at the baseline's address and judges it; what would be told must hold in a second look.
func (r *evaluator) judge(ctx context.Context, site targets.Site, b baseline.Baseline, anchor monitor.Observation, e evaluation) error {
	begun := time.Now()
	r.stage.change(site.Host(), e)
	first, err := r.look(ctx, site, false, e.ID+"-1")
	if err != nil {
		return err
	}
	v := baseline.Compare(b, anchor, first)
	if v.Content == baseline.Suspicious || v.Content == baseline.Defaced {
		second, err := r.look(ctx, site, false, e.ID+"-2")
		if err != nil {
			return err
		}
		v = weaker(v, baseline.Compare(b, anchor, second))
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

// kept reads a look that an earlier run kept.
func (r *evaluator) kept(name string) (o monitor.Observation, ok bool, err error) {
	if r.keep == "" {
		return o, false, nil
	}
	f, err := os.Open(r.keptPath(name))
	if errors.Is(err, fs.ErrNotExist) {
		return o, false, nil
	}
	if err != nil {
		return o, false, fmt.Errorf("read what was seen: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err == nil {
		err = gob.NewDecoder(z).Decode(&o)
	}
	if err != nil {
		return o, false, fmt.Errorf("read what was seen in %s (delete it to look again): %w", f.Name(), err)
	}
	return o, true, nil
}

// keepLook writes a look beside its place first, so that an interrupted run leaves nothing half-written.
func (r *evaluator) keepLook(name string, o monitor.Observation) error {
	if r.keep == "" {
		return nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := errors.Join(gob.NewEncoder(z).Encode(o), z.Close()); err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	path := r.keptPath(name)
	if err := os.WriteFile(path+".new", packed.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keep what was seen: %w", err)
	}
	return os.Rename(path+".new", path)
}

func (r *evaluator) keptPath(name string) string { return filepath.Join(r.keep, name+".gob.gz") }
