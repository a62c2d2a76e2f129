package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/monitor/chrome"
	"canhcong/monitor/egress"
	"canhcong/notify"
	"canhcong/targets"
	"canhcong/web"
)

// house is every room of the chain, opened on one data directory and wired to its neighbour.
type house struct {
	db       *targets.DB
	registry *targets.Registry
	archive  *monitor.Archive
	judge    *baseline.Judge
	desk     *notify.Desk
	ears     []func(context.Context) error // that hear what people say back
	lock     *os.File
}

// openHouse opens the rooms that keep something; more are channels beside the configured ones. Nothing looks or sends yet.
func (a *app) openHouse(log *slog.Logger, listen string, more ...notify.Channel) (*house, error) {
	db, err := a.openDatabase()
	if err != nil {
		return nil, err
	}
	archive, err := monitor.NewArchive(db, filepath.Join(a.data, "artefacts"))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	key, err := baselineKey(a.data)
	if err != nil {
		return nil, errors.Join(err, archive.Close(), db.Close())
	}
	options, err := a.deskOptions(log, listen, more)
	if err != nil {
		return nil, errors.Join(err, archive.Close(), db.Close())
	}
	options.Heard, options.Audit = heard(options.Carriers), web.AuditLog(db)
	h := &house{db: db, registry: targets.New(db), archive: archive}
	h.judge = baseline.New(h.registry, archive, key, func(ctx context.Context, v baseline.Verdict) (monitor.Again, error) {
		return h.desk.Handle(ctx, v)
	})
	h.desk = notify.New(h.registry, archive, h.judge, options)
	h.ears = ears(options.Carriers, h.desk)
	return h, nil
}

func (h *house) close() error {
	return errors.Join(h.archive.Close(), h.db.Close(), h.unlock())
}

// lockData makes sure that only one monitor watches from a data directory: two would look twice and tell twice. The kernel
// releases the lock when the process ends, however it ends.
func (h *house) lockData(data string) (err error) {
	h.lock, err = lockData(data)
	return err
}

func lockData(data string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another canhcong is already watching from %s: stop it first, or use another --data", data), f.Close())
	}
	return f, nil
}

func (h *house) unlock() error {
	if h.lock == nil {
		return nil
	}
	return h.lock.Close()
}

func (a *app) consoleURL(listen string) string {
	if a.config.ConsoleURL != "" {
		return a.config.ConsoleURL
	}
	return "http://" + listen
}

// browser makes the browser that renders; it starts with the first look. It is an error when none is installed.
func (a *app) browser(log *slog.Logger) (*chrome.Browser, error) {
	if _, err := chrome.Find(a.config.Chrome.Path); err != nil {
		return nil, err
	}
	return a.browserIfAny(log)
}

// browserIfAny makes the same where none is installed: every look says so then, until one is.
func (a *app) browserIfAny(log *slog.Logger) (*chrome.Browser, error) {
	if a.config.Egress.AllowLoopback {
		log.Warn("pages may reach this machine's own services (egress.allow_loopback): for tests and the demonstration only, never for real portals")
	}
	if a.config.Chrome.NoSandbox {
		log.Warn("the browser's sandbox is OFF (chrome.no_sandbox): for tests and the demonstration only, never for real portals")
	}
	resolver, err := a.resolver()
	if err != nil {
		return nil, err
	}
	memory, err := parseBytes(a.config.Chrome.PageMemory)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: chrome.page_memory: %w", err)
	}
	browser, err := chrome.New(chrome.Options{Path: a.config.Chrome.Path, NoSandbox: a.config.Chrome.NoSandbox, Hosts: a.config.Hosts,
		Resolver: resolver, Egress: a.egress(), PageMemory: memory, Log: log})
	if errors.Is(err, chrome.ErrRoot) {
		return nil, fmt.Errorf("%w (chrome.no_sandbox in the configuration, or CANHCONG_CHROME_NO_SANDBOX=true)", err)
	}
	return browser, err
}

// resolver finds the addresses of portals' names.
func (a *app) resolver() (*monitor.Resolver, error) {
	r, err := monitor.ParseResolvers(a.config.Resolvers)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return r, nil
}

// egress is what every portal may be reached at.
func (a *app) egress() egress.Policy { return egress.Policy{Loopback: a.config.Egress.AllowLoopback} }

// work runs everything long-lived until ctx ends or one part fails: the monitor, the outbox, the console, and more.
func (h *house) work(ctx context.Context, m *monitor.Monitor, console *server, more ...func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, part := range slices.Concat(more, h.ears, []func(context.Context) error{lastResort(m.Run), h.desk.Run, console.run}) {
		g.Go(func() error {
			err := part(ctx)
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil // it was told to stop in the middle of something
			}
			return err
		})
	}
	return g.Wait()
}

// lastResort ends the process when looking is stuck and the rest of it does not end in time: what hangs there cannot be
// stopped otherwise, and whoever started the program (systemd) starts it again.
func lastResort(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := run(ctx)
		if errors.Is(err, monitor.ErrStuck) {
			fmt.Fprintln(os.Stderr, "canhcong: "+err.Error())
			time.AfterFunc(lastResortAfter, func() { os.Exit(exitStuck) })
		}
		return err
	}
}

const (
	lastResortAfter = 15 * time.Second
	exitStuck       = 3
)

// loopback is where a reverse proxy before the console runs: the console listens nowhere else.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// console makes the web room's server on an open listener.
func (h *house) console(a *app, m *monitor.Monitor, browser *chrome.Browser, cycleKey []byte, log *slog.Logger) *web.Server {
	return web.New(web.Options{
		Registry: h.registry, Archive: h.archive, Judge: h.judge, Desk: h.desk, LookNow: m.LookNow, Pulse: m.Pulse, Browser: browser.Health, Print: browser.PDF,
		Failing: monitor.NewTimetable(h.db, log).Failing, CycleKey: cycleKey, Log: log,
		Hosts: consoleHosts(a.config.ConsoleURL), Secure: strings.HasPrefix(a.config.ConsoleURL, "https://"), Proxies: loopback,
	})
}
