package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
)

type serveCommand struct {
	Listen string `help:"Address of the console (default: 127.0.0.1:8080)." placeholder:"ADDRESS"`
}

// Run watches until the program is told to stop.
func (c serveCommand) Run(a *app) (err error) {
	log := newLog(a.out)
	listener, err := listen(firstOf(c.Listen, a.config.Listen))
	if err != nil {
		return err
	}
	defer listener.Close()
	h, err := a.openHouse(log, listener.Addr().String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.lockData(a.data); err != nil {
		return err
	}
	browser, err := a.browserIfAny(log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, browser.Close()) }()
	m, err := h.monitor(a, browser, log)
	if err != nil {
		return err
	}
	retention, err := a.config.Storage.retention()
	if err != nil {
		return fmt.Errorf("read the configuration: storage.budget: %w", err)
	}
	notes, err := a.config.Notes.times()
	if err != nil {
		return err
	}
	pulse, err := newHeartbeat(a.config.Heartbeat.URL, log)
	if err != nil {
		return err
	}
	near, err := newNeighbour(a.config.Neighbour, log)
	if err != nil {
		return err
	}
	near.blind, near.declare = h.blind, h.desk.Declare
	if err := h.recallBlindness(a.ctx); err != nil {
		return err
	}
	console := h.console(a, m, browser, near.key, log)
	if err := a.greet(a.ctx, console, listener.Addr()); err != nil {
		return err
	}
	k := h.keeper(retention, log)
	t := h.timetable(a, k, browser, notes, log)
	v := &vigil{pulse: m.Pulse, browser: browser.Health, failing: t.Failing, declare: h.desk.Declare, data: a.data, ballast: newBallast(a.data), log: log}
	l := &life{begin: h.desk.Begin, looking: m.Idle, sending: h.desk.Idle, browser: browser.Health, systemd: systemdOf(os.Getenv), started: time.Now(), log: log}
	pulse.ailing = func(ctx context.Context) string { return h.ailing(ctx, l, m.Pulse) }
	if err := h.work(a.ctx, m, &server{listener: listener, handler: console.Handler(), log: log}, v.run, l.watch, pulse.run, near.run, h.desk.KeepBoards, browser.Watch, k.run, t.Run, h.rollCalls(log)); err != nil {
		return err
	}
	return l.end(a.ctx)
}

// monitor makes what looks.
func (h *house) monitor(a *app, browser monitor.Browser, log *slog.Logger) (*monitor.Monitor, error) {
	canaries, err := monitor.ParseCanaries(a.config.Canaries)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	resolver, err := a.resolver()
	if err != nil {
		return nil, err
	}
	return monitor.New(h.registry, h.archive, h.judge.Handle, monitor.Options{
		Browser: browser, Hosts: a.config.Hosts, Resolver: resolver, Alarming: baseline.Alarming, Egress: a.egress(), Canaries: canaries, Blind: h.tellBlindness, Log: log}), nil
}

// tellBlindness tells people that our own network is away, or back.
func (h *house) tellBlindness(ctx context.Context, g monitor.Gap) error {
	return h.desk.Declare(ctx, notify.Notice{Kind: notify.NoticeBlind, Since: g.From, Until: g.To, Detail: g.Detail})
}

// recallBlindness says how it is after a start: a monitor that was killed between the end of a gap and telling of it must not
// be called blind for ever.
func (h *house) recallBlindness(ctx context.Context) error {
	g, err := h.archive.OpenGap(ctx)
	if err != nil {
		return err
	}
	if g == nil {
		g = &monitor.Gap{To: time.Now()}
	}
	return h.tellBlindness(ctx, *g)
}

// loginer is the part of the console that the greeting needs.
type loginer interface {
	FirstLogin(ctx context.Context) (code string, ok bool, err error)
}

// greet tells whoever started the program where the console is, and how to log in for the first time.
func (a *app) greet(ctx context.Context, console loginer, address net.Addr) error {
	base := "http://" + address.String()
	a.say("Bảng điều khiển: %s", "Console: %s", base)
	code, first, err := console.FirstLogin(ctx)
	if err != nil {
		return fmt.Errorf("prepare the first login: %w", err)
	}
	if first {
		a.say("Đăng nhập lần đầu (chỉ dùng một lần, trong 24 giờ): %s", "First login (once only, within 24 hours): %s",
			base+"/first-login?code="+url.QueryEscape(code))
	}
	return nil
}

// listen opens the console's port. Plain HTTP stays on this machine: anything else needs a reverse proxy with TLS.
func listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: write it as host:port, such as 127.0.0.1:8080", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %q: the console speaks plain HTTP and only listens on this machine (127.0.0.1 or [::1]); "+
			"put a reverse proxy with TLS before it", address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (is another canhcong running? choose another port with --listen)", address, err)
	}
	return l, nil
}

// server answers HTTP on an open listener until its context ends.
type server struct {
	listener net.Listener
	handler  http.Handler
	log      *slog.Logger
}

// shutdownWait is how long requests under way may take when the program stops.
const shutdownWait = 5 * time.Second

func (s *server) run(ctx context.Context) error {
	srv := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve the console: %w", err)
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop the console: %w", err), srv.Close())
	}
	return nil
}

// consoleHosts is the host name that a configured console address adds to the loopback ones.
func consoleHosts(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	return []string{u.Hostname()}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
