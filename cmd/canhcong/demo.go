package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/monitor/chrome"
	"canhcong/notify"
	"canhcong/targets"
)

type demoCommand struct {
	Once   bool   `help:"End with exit code 0 after the whole story, non-zero when any step of it fails."`
	Listen string `help:"Address of the console (default: 127.0.0.1:8080, or a free port when that is taken)." placeholder:"ADDRESS"`
}

// Run tells the story of one bad night on three sample portals, by the same chain that "serve" runs.
func (c demoCommand) Run(a *app) error {
	if a.data == defaultConfig().Data { // never beside real data
		a.data = filepath.Join("demo-data", time.Now().Format("20060102-150405"))
	}
	if entries, err := os.ReadDir(a.data); err == nil && len(entries) > 0 {
		return fmt.Errorf("the demonstration starts from nothing, and %s is not empty: name another --data", a.data)
	}
	s, err := a.newStory(c)
	if err != nil {
		return err
	}
	return errors.Join(s.run(a.ctx, c.Once), s.close())
}

// story is the demonstration under way.
type story struct {
	*app
	house   *house
	portals []*portal
	sites   map[string]targets.Site // by host
	monitor *monitor.Monitor
	browser *chrome.Browser
	console *server
	log     *os.File
	begun   time.Time
}

// demoProfile looks and confirms as the ordinary profile does, in seconds instead of minutes.
var demoProfile = targets.Profile{
	Name: "trình diễn", ProbeEvery: 2 * time.Second, RenderEvery: 6 * time.Second,
	Recheck: []time.Duration{time.Second, 2 * time.Second}, Confirm: []time.Duration{time.Second},
	LearnEvery: time.Second, LearnLooks: 4,
}

// newStory starts the portals and opens the house over them.
func (a *app) newStory(c demoCommand) (_ *story, err error) {
	s := &story{app: a, portals: newPortals(), sites: map[string]targets.Site{}, begun: time.Now()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	a.config.Hosts = map[string]string{}
	for _, p := range s.portals {
		if err := p.start(); err != nil {
			return nil, err
		}
		a.config.Hosts[p.Host] = p.address
	}
	if os.Geteuid() == 0 { // Chrome cannot sandbox itself as root, and these pages are our own
		a.config.Chrome.NoSandbox = true
	}
	if err := s.openLog(); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	listener, err := demoListen(firstOf(c.Listen, a.config.Listen), c.Listen != "")
	if err != nil {
		return nil, err
	}
	s.console = &server{listener: listener, log: log}
	terminal := notify.Channel{Name: "terminal", Sender: &terminalSender{out: a.out, folder: filepath.Join(a.data, "alerts")}, Recipient: "màn hình", Language: a.lang}
	if s.house, err = a.openHouse(log, listener.Addr().String(), terminal); err != nil {
		return nil, err
	}
	if err := s.house.lockData(a.data); err != nil {
		return nil, err
	}
	browser, err := a.browser(log)
	if err != nil {
		return nil, err
	}
	s.browser = browser
	s.monitor = monitor.New(s.house.registry, s.house.archive, s.house.judge.Handle, monitor.Options{Browser: browser, Hosts: a.config.Hosts, Alarming: baseline.Alarming, Log: log})
	return s, nil
}

func (s *story) openLog() (err error) {
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return fmt.Errorf("create the data directory: %w", err)
	}
	s.log, err = os.Create(filepath.Join(s.data, "log.txt"))
	return err
}

func (s *story) close() (err error) {
	for _, p := range s.portals {
		err = errors.Join(err, p.become(portalStopped))
	}
	if s.browser != nil {
		err = errors.Join(err, s.browser.Close())
	}
	if s.house != nil {
		err = errors.Join(err, s.house.close())
	}
	if s.console != nil {
		s.console.listener.Close() // already closed when the story was told
	}
	return errors.Join(err, s.log.Close())
}

// run tells the story while the chain works beside it; afterwards the console stays up unless once.
func (s *story) run(ctx context.Context, once bool) error {
	console := s.house.console(s.app, s.monitor, s.browser, nil, slog.New(slog.NewTextHandler(s.log, nil)))
	s.console.handler = console.Handler()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	working := make(chan error, 1)
	go func() { working <- s.house.work(ctx, s.monitor, s.console) }()
	told := make(chan error, 1)
	go func() { told <- s.tell(ctx) }()
	select {
	case err := <-working:
		return fmt.Errorf("the chain stopped during the story: %w", err)
	case err := <-told:
		if err != nil || once {
			stop()
			return errors.Join(err, <-working)
		}
	}
	if err := s.greet(ctx, console, s.console.listener.Addr()); err != nil {
		return err
	}
	s.say("Ba cổng mẫu vẫn chạy và vẫn được canh. Dừng bằng Ctrl+C.", "The three sample portals keep running and are watched. Stop with Ctrl+C.")
	return <-working
}

// step prints a line of the story with the time since it began.
func (s *story) step(vietnamese, english string, args ...any) {
	stamp := fmt.Sprintf("[%5.1f s] ", time.Since(s.begun).Seconds())
	s.say(stamp+vietnamese, stamp+english, args...)
}

// await waits until done says so, and fails with what was being waited for when patience runs out.
func (s *story) await(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		ok, err := done()
		if err != nil {
			return fmt.Errorf("wait until %s: %w", what, err)
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: it did not happen within %v", what, patience)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// looked reports whether every site has had at least n good renders since a moment, and whether the newest judgement of each
// was quiet.
func (s *story) looked(ctx context.Context, since time.Time, n int) (bool, error) {
	for _, site := range s.sites {
		list, err := s.house.judge.Verdicts(ctx, site.ID, 100)
		if err != nil {
			return false, err
		}
		seen := 0
		for _, v := range list {
			if v.Observation.Depth != monitor.Render || !v.Observation.At.After(since) {
				continue
			}
			if v.Content == baseline.Suspicious || v.Content == baseline.Defaced {
				return false, fmt.Errorf("%s was judged %s on a quiet look: %v", site.Host(), v.Content, v.Evidence)
			}
			seen++
		}
		if seen < n {
			return false, nil
		}
	}
	return true, nil
}
