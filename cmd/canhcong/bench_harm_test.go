package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"canhcong/targets"
)

// harm is one portal that is harmed.
type harm struct {
	site   targets.Site
	kind   string
	due    time.Duration // since the start
	done   time.Time
	seen   time.Time // when its incident was in the database
	opened bool
}

// firstProbes is how long the program needs to have seen every page once by a probe: what a probe has never seen cannot have changed.
const firstProbes = 75 * time.Second

// planHarm chooses portals and moments.
func (p *province) planHarm(n int, length time.Duration) {
	for _, site := range p.sites {
		if len(p.harms) == n {
			break
		}
		kind := []string{"deface", "inject"}[len(p.harms)%2]
		p.harms = append(p.harms, &harm{site: site, kind: kind, due: firstProbes + rand.N(max(time.Minute, length-firstProbes-2*time.Minute))})
	}
}

func (p *province) harmDue(b *testing.B) {
	b.Helper()
	for _, h := range p.harms {
		if h.done.IsZero() && time.Since(p.begun) >= h.due {
			p.street.ask(b, h.kind+" "+h.site.Host(), new(bool))
			h.done = time.Now()
		}
	}
}

// missing is how many harmed portals have no incident yet.
func (p *province) missing() (n int) {
	for _, h := range p.harms {
		if !h.opened {
			n++
		}
	}
	return n
}

// findIncidents notes which harmed portals have an incident of their content that is told, and repairs those.
func (p *province) findIncidents(b *testing.B) {
	b.Helper()
	told := p.told(b)
	for _, h := range p.harms {
		if h.opened || h.done.IsZero() || !slices.ContainsFunc(told, func(i toldIncident) bool {
			return i.siteID == h.site.ID && i.concern == "content" && !i.opened.Before(h.done)
		}) {
			continue
		}
		h.opened, h.seen = true, time.Now()
		p.street.ask(b, "restore "+h.site.Host(), new(bool))
	}
}

// toldIncident is an incident that people were told of.
type toldIncident struct {
	siteID  int64
	concern string
	opened  time.Time
}

func (p *province) told(b *testing.B) (list []toldIncident) {
	b.Helper()
	rows, err := p.house.db.Read.QueryContext(context.Background(), `SELECT site_id, concern, opened_at FROM incidents WHERE opened_at > 0`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var i toldIncident
		var at int64
		if err := rows.Scan(&i.siteID, &i.concern, &at); err != nil {
			b.Fatal(err)
		}
		i.opened = targets.FromMillis(at)
		list = append(list, i)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return list
}

func (p *province) reportLatency(b *testing.B) {
	b.Helper()
	var seconds []float64
	for _, h := range p.harms {
		if h.opened {
			seconds = append(seconds, h.seen.Sub(h.done).Seconds())
		} else {
			tell("%s of %s has no incident", h.kind, h.site.Host())
		}
	}
	slices.Sort(seconds)
	tell("seconds from a defacement to its incident: %.0f", seconds)
	b.ReportMetric(quantile(seconds, 0.50), "s-to-incident-p50")
	b.ReportMetric(quantile(seconds, 0.95), "s-to-incident-p95")
	b.ReportMetric(float64(len(p.harms)-len(seconds)), "missed-defacements")
}

// reportAlarms counts what was told and is not so.
func (p *province) reportAlarms(b *testing.B) {
	b.Helper()
	false := 0
	for _, i := range p.told(b) {
		if i.concern == "content" && slices.ContainsFunc(p.harms, func(h *harm) bool { return h.site.ID == i.siteID }) {
			continue
		}
		false++
		latest, err := p.house.judge.Verdicts(b.Context(), i.siteID, 1)
		tell("told without reason: %s of %s: %+v %v", i.concern, p.sites[i.siteID].Host(), latest, err)
	}
	notices, err := p.house.desk.Notices(b.Context(), 100)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range notices {
		tell("told of itself: %+v", n)
	}
	b.ReportMetric(float64(false+len(notices)), "false-alarms")
}
