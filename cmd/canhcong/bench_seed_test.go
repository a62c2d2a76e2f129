package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"canhcong/monitor"
	"canhcong/targets"
)

// seed makes the data directory of a province that has been watched for a while: every portal is registered and has an
// approved baseline, and its looks are planned in the middle of their intervals. To render 2,000 portals three times each
// would take the better part of an hour, so one portal of each design is rendered, and what was seen there is put down for
// the others under their own names.
type seed struct {
	*product
	profile targets.Profile
	sites   map[int64]targets.Site

	own time.Duration // processor time that our side of one render takes: extracting, storing and judging
}

// specimen is what was seen of the model of a design: three looks, the second in real time, as in production.
type specimen struct {
	host  string
	looks []monitor.Sight
	pages []string // of the looks, as JSON
}

// seedLooks is how many looks each portal is learnt from.
const seedLooks = 3

func sow(b *testing.B, o lookerOrders, renderEvery time.Duration, hosts []string) *seed {
	b.Helper()
	p, err := openProduct(o)
	if err != nil {
		b.Fatal(err)
	}
	s := &seed{product: p, sites: map[int64]targets.Site{}}
	if s.profile, err = p.house.registry.Profile(context.Background(), targets.DefaultProfile); err != nil {
		b.Fatal(err)
	}
	s.profile.Name, s.profile.RenderEvery, s.profile.LearnLooks = "tỉnh", renderEvery, seedLooks
	err = s.sow(b, hosts)
	if err := errors.Join(err, p.close()); err != nil {
		b.Fatal(err)
	}
	return s
}

func (s *seed) sow(b *testing.B, hosts []string) error {
	ctx, begun := context.Background(), usageOf(b, os.Getpid(), false)
	if err := s.house.registry.SaveProfile(ctx, s.profile); err != nil {
		return err
	}
	models, err := s.specimens(ctx)
	if err != nil {
		return err
	}
	rendered := usageOf(b, os.Getpid(), false)
	var g errgroup.Group
	g.SetLimit(runtime.NumCPU())
	for _, host := range hosts {
		site, err := s.house.registry.Add(ctx, targets.Draft{URL: "https://" + host + "/", Name: "Trang thông tin điện tử " + host, Unit: unitOf(host), Profile: s.profile.Name})
		if err != nil {
			return err
		}
		s.sites[site.ID] = site
		g.Go(func() error { return s.teach(ctx, site, models[hashOf(host)%designs]) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	taught := usageOf(b, os.Getpid(), false)
	s.own = rendered.since(begun).own/(designs*seedLooks) + taught.since(rendered).own/time.Duration(len(hosts)*seedLooks)
	return s.plan(ctx)
}

// specimens renders one portal of each design.
func (s *seed) specimens(ctx context.Context) ([]specimen, error) {
	models := make([]specimen, designs)
	for n, missing := 0, designs; missing > 0; n++ {
		host := fmt.Sprintf("mau%03d.%s", n, streetDomain)
		if m := &models[hashOf(host)%designs]; m.host == "" {
			m.host = host
			missing--
		}
	}
	var g errgroup.Group
	g.SetLimit(s.orders.AtOnce)
	for i := range models {
		g.Go(func() error { return s.see(ctx, &models[i]) })
	}
	return models, g.Wait()
}

func (s *seed) see(ctx context.Context, m *specimen) error {
	site := targets.Site{URL: "https://" + m.host + "/", Name: m.host, Profile: s.profile}
	for i := range seedLooks {
		seen := s.looker.Look(ctx, site, monitor.Render, i == 1, productDeadline)
		if err := whole(seen.Observation); err != nil {
			return err
		}
		text, err := json.Marshal(seen.Observation.Page)
		if err != nil {
			return err
		}
		m.looks, m.pages = append(m.looks, seen), append(m.pages, string(text))
	}
	return nil
}

// teach puts down the looks of a design as looks at a site, lets the judge learn from them, and approves what it offers.
func (s *seed) teach(ctx context.Context, site targets.Site, model specimen) error {
	rename := strings.NewReplacer(model.host, site.Host(), unitOf(model.host), unitOf(site.Host()))
	for i, seen := range model.looks {
		o := seen.Observation
		visual := o.Page.Visual
		o.Site, o.FinalURL, o.At, o.Page = site, rename.Replace(o.FinalURL), time.Now(), &monitor.Page{}
		if err := json.Unmarshal([]byte(rename.Replace(model.pages[i])), o.Page); err != nil {
			return err
		}
		o.Page.Visual = visual
		if err := s.house.archive.Save(ctx, &o, seen.Rendering); err != nil {
			return err
		}
		if _, err := s.house.judge.Handle(ctx, o); err != nil {
			return err
		}
	}
	return approve(ctx, s.house.judge, site.ID)
}

// plan spreads the looks of each depth over its interval, as they are after a while, and lets a twentieth of the renders be
// in real time.
func (s *seed) plan(ctx context.Context) error {
	now := time.Now()
	return s.house.db.Tx(ctx, func(tx *sql.Tx) error {
		for id := range s.sites {
			for depth, every := range map[monitor.Depth]time.Duration{monitor.Probe: s.profile.ProbeEvery, monitor.Render: s.profile.RenderEvery} {
				_, err := tx.ExecContext(ctx, `INSERT INTO looks (site_id, depth, next_due_at, done) VALUES (?, ?, ?, ?)`,
					id, depth, targets.Millis(now.Add(rand.N(every))), 2+rand.N(20))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
