package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chromedp/chromedp"
	"golang.org/x/sync/errgroup"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// lookerOrders say to the product, and to what it is compared with, what to look at and how. The scripts in .ci/bench read
// them too.
type lookerOrders struct {
	Chrome    string            `json:"chrome"`
	NoSandbox bool              `json:"noSandbox"`
	Hosts     map[string]string `json:"hosts"` // as monitor.Hosts
	Rules     string            `json:"rules"` // the same, as Chromium's --host-resolver-rules
	URLs      []string          `json:"urls"`
	AtOnce    int               `json:"atOnce"`
	Data      string            `json:"data"` // folder of the product
}

// round is what one round over all pages brought, for everybody the same things: the page's text and a picture.
type round struct {
	Pages    int `json:"pages"`
	Text     int `json:"text"`     // bytes
	Pictures int `json:"pictures"` // bytes
	Same     int `json:"same"`     // pictures equal to the most frequent one, where a page was looked at repeatedly
}

// roundOf looks at each address once, so many at a time.
func roundOf(urls []string, atOnce int, look func(url string) (text, picture int, err error)) (round, error) {
	var g errgroup.Group
	g.SetLimit(atOnce)
	var text, pictures atomic.Int64
	for _, url := range urls {
		g.Go(func() error {
			t, p, err := look(url)
			if err == nil && (t == 0 || p == 0) {
				err = errors.New("no text or no picture")
			}
			if err != nil {
				return fmt.Errorf("%s: %w", url, err)
			}
			text.Add(int64(t))
			pictures.Add(int64(p))
			return nil
		})
	}
	err := g.Wait()
	return round{Pages: len(urls), Text: int(text.Load()), Pictures: int(pictures.Load())}, err
}

// product is the whole path of a look as "canhcong serve" wires it: render in virtual time, extract, store, judge against an
// approved baseline, and tell.
type product struct {
	house  *house
	looker monitor.Looker
	close  func() error
	sites  map[string]targets.Site // by address
	orders lookerOrders
}

const productDeadline = 30 * time.Second

func playProduct(orders []byte) (any, func(string) (any, error), func() error, error) {
	var o lookerOrders
	if err := json.Unmarshal(orders, &o); err != nil {
		return nil, nil, nil, err
	}
	p, err := openProduct(o)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := p.approveAll(); err != nil {
		return nil, nil, nil, errors.Join(err, p.close())
	}
	return "ready", p.answer, p.close, nil
}

func openProduct(o lookerOrders) (*product, error) {
	a := &app{ctx: context.Background(), out: os.Stderr, config: defaultConfig(), data: o.Data, lang: targets.Vietnamese}
	a.config.Hosts, a.config.Chrome.Path, a.config.Chrome.NoSandbox = o.Hosts, o.Chrome, o.NoSandbox
	log := newLog(os.Stderr)
	h, err := a.openHouse(log, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	browser, err := a.browser(log)
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	return &product{house: h, looker: monitor.Looker{Browser: browser, Hosts: o.Hosts}, sites: map[string]targets.Site{}, orders: o,
		close: func() error { return errors.Join(browser.Close(), h.close()) }}, nil
}

// approveAll registers every page and approves what is learnt of it.
func (p *product) approveAll() error {
	ctx := context.Background()
	profile := targets.Profile{Name: "bench", ProbeEvery: time.Minute, RenderEvery: 30 * time.Minute, LearnEvery: time.Second, LearnLooks: 3}
	if err := p.house.registry.SaveProfile(ctx, profile); err != nil {
		return err
	}
	for _, url := range p.orders.URLs {
		site, err := p.house.registry.Add(ctx, targets.Draft{URL: url, Profile: profile.Name})
		if err != nil {
			return err
		}
		p.sites[url] = site
	}
	for range profile.LearnLooks {
		if _, err := roundOf(p.orders.URLs, p.orders.AtOnce, p.look); err != nil {
			return err
		}
	}
	for _, site := range p.sites {
		if err := approve(ctx, p.house.judge, site.ID); err != nil {
			return err
		}
	}
	return nil
}

// approve accepts the candidate on offer.
func approve(ctx context.Context, j *baseline.Judge, siteID int64) error {
	c, ok, err := j.Candidate(ctx, siteID)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("site %d has no candidate to approve", siteID)
	}
	_, err = j.Approve(ctx, baseline.Decision{SiteID: siteID, ObservationID: c.Baseline.ObservationID, ContentHash: c.Baseline.ContentHash, By: "bench", Reason: "bench"})
	return err
}

func (p *product) look(url string) (text, picture int, err error) {
	ctx := context.Background()
	s := p.looker.Look(ctx, p.sites[url], monitor.Render, false, productDeadline)
	o := &s.Observation
	if err := whole(*o); err != nil {
		return 0, 0, err
	}
	if err := p.house.archive.Save(ctx, o, s.Rendering); err != nil {
		return 0, 0, err
	}
	if _, err := p.house.judge.Handle(ctx, *o); err != nil {
		return 0, 0, err
	}
	for _, b := range o.Page.Blocks {
		text += len(b.Text)
	}
	return text, len(s.Rendering.Screenshot), nil
}

// whole says what is missing of a look.
func whole(o monitor.Observation) error {
	switch {
	case o.Outcome != monitor.OK:
		return fmt.Errorf("the look at %s ended as %s: %s", o.Site.URL, o.Outcome, o.Detail)
	case o.Page.Partial != "" || len(o.Page.Failed) > 0:
		return fmt.Errorf("the look at %s is incomplete: %s %+v", o.Site.URL, o.Page.Partial, o.Page.Failed)
	}
	return nil
}

// answer makes a round with "round", and with "still N" looks so often at the first page only.
func (p *product) answer(line string) (any, error) {
	if line == "round" {
		return roundOf(p.orders.URLs, p.orders.AtOnce, p.look)
	}
	var n int
	if _, err := fmt.Sscanf(line, "still %d", &n); err != nil {
		return nil, err
	}
	return p.still(n)
}

// still counts how many of n pictures of one page are the same to the byte.
func (p *product) still(n int) (round, error) {
	pictures := make(chan string, n)
	url := p.orders.URLs[0]
	r, err := roundOf(sameAgain(url, n), p.orders.AtOnce, func(string) (text, picture int, err error) {
		s := p.looker.Look(context.Background(), p.sites[url], monitor.Render, false, productDeadline)
		pictures <- string(s.Rendering.Screenshot)
		return len(s.Rendering.Blocks), len(s.Rendering.Screenshot), whole(s.Observation)
	})
	close(pictures)
	counts := map[string]int{}
	for picture := range pictures {
		counts[picture]++
		r.Same = max(r.Same, counts[picture])
	}
	return r, err
}

func sameAgain(url string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = url
	}
	return list
}

// playPlain is what a chromedp programmer writes first: load, wait half a second, read the text, take a picture; each page in
// a browser context of its own, all in one browser.
func playPlain(orders []byte) (any, func(string) (any, error), func() error, error) {
	var o lookerOrders
	if err := json.Unmarshal(orders, &o); err != nil {
		return nil, nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(o.Chrome), chromedp.Flag("no-sandbox", o.NoSandbox),
		chromedp.Flag("host-resolver-rules", o.Rules), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("window-size", fmt.Sprintf("%d,%d", monitor.ViewportWidth, monitor.ViewportHeight)),
		chromedp.UserDataDir(filepath.Join(o.Data, "plain")))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	browser, stop := chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil {
		return nil, nil, nil, err
	}
	answer := func(string) (any, error) {
		return roundOf(o.URLs, o.AtOnce, func(url string) (text, picture int, err error) { return lookPlainly(browser, url) })
	}
	return "ready", answer, func() error { stop(); end(); return nil }, nil
}

func lookPlainly(browser context.Context, url string) (text, picture int, err error) {
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(monitor.ViewportWidth, monitor.ViewportHeight), chromedp.Navigate(url), chromedp.Sleep(500*time.Millisecond)); err != nil {
		return 0, 0, err
	}
	words, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		return 0, 0, err
	}
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	return len(words), len(shot), err
}

// resolverRules is hosts as Chromium's command line takes them.
func resolverRules(hosts map[string]string) string {
	var list []string
	for name, address := range hosts {
		list = append(list, "MAP "+name+" "+address)
	}
	return strings.Join(list, ", ")
}
