package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// healthy is a program whose every part works.
func healthy() *life {
	return &life{
		begin:   func(context.Context, time.Time) (*notify.Life, error) { return nil, nil },
		looking: func() time.Duration { return time.Second }, sending: func() time.Duration { return time.Second },
		browser: func() monitor.BrowserHealth {
			return monitor.BrowserHealth{State: monitor.BrowserOK, Success: time.Now()}
		},
		started: time.Now(), log: slog.New(slog.DiscardHandler),
	}
}

// Any part that hangs keeps the program from saying that it lives; what is known to be broken, and told, does not.
func TestLifeIsOnlySworeToWhileEveryPartWorks(t *testing.T) {
	silent := func(d time.Duration) func() time.Duration { return func() time.Duration { return d } }
	browser := func(s monitor.BrowserState, since, success time.Duration) func() monitor.BrowserHealth {
		return func() monitor.BrowserHealth {
			return monitor.BrowserHealth{State: s, Since: time.Now().Add(-since), Success: time.Now().Add(-success)}
		}
	}
	for name, c := range map[string]struct {
		change func(l *life)
		want   string
	}{
		"all is well":               {func(*life) {}, ""},
		"the dispatcher hangs":      {func(l *life) { l.looking = silent(61 * time.Second) }, "dispatcher"},
		"the outbox hangs":          {func(l *life) { l.sending = silent(61 * time.Second) }, "outbox"},
		"the database hangs":        {func(l *life) { at := time.Now().Add(-61 * time.Second); l.wrote.Store(&at) }, "database"},
		"it has hung since ever":    {func(l *life) { l.started = time.Now().Add(-2 * time.Minute) }, "database"},
		"the browser hangs":         {func(l *life) { l.browser = browser(monitor.BrowserOK, time.Hour, 6*time.Minute) }, "browser"},
		"the browser never starts":  {func(l *life) { l.browser = browser(monitor.BrowserStarting, 6*time.Minute, time.Hour) }, "browser"},
		"the browser starts":        {func(l *life) { l.browser = browser(monitor.BrowserStarting, time.Minute, time.Hour) }, ""},
		"reduced mode, which shows": {func(l *life) { l.browser = browser(monitor.BrowserFailing, time.Hour, time.Hour) }, ""},
	} {
		l := healthy()
		now := time.Now()
		l.started = now.Add(-time.Hour)
		l.wrote.Store(&now)
		c.change(l)
		if name == "it has hung since ever" {
			l.wrote.Store(nil)
		}
		if have := l.ailing(time.Now()); c.want == "" && have != "" || !strings.Contains(have, c.want) {
			t.Errorf("%s: have %q, want %q", name, have, c.want)
		}
	}
}

// The database proves itself by answering: that the disk is full is an answer, silence is none, and a lock that stays is none.
func TestLifeAsksTheDatabase(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"written":       {nil, true},
		"a full disk":   {&net.OpError{Err: syscall.ENOSPC}, true},
		"something new": {errors.New("the lock is held"), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := healthy()
			l.begin = func(context.Context, time.Time) (*notify.Life, error) { return nil, c.err }
			ctx, stop := context.WithCancel(t.Context())
			go l.beat(ctx)
			time.Sleep(5 * time.Minute)
			if have := l.waiting(time.Now()) <= longestIdle; have != c.want {
				t.Errorf("%s: have it answered %t, want %t", name, have, c.want)
			}
			stop()
			synctest.Wait()
		})
	}
}

// systemd is a socket: what it hears, in order.
func TestSystemdHearsThatTheProgramLives(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	hear := func() string {
		t.Helper()
		buffer := make([]byte, 4096)
		if err := c.SetReadDeadline(time.Now().Add(longWait)); err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(buffer)
		if err != nil {
			t.Fatalf("systemd hears nothing: %v", err)
		}
		return string(buffer[:n])
	}
	l := healthy()
	l.systemd = systemd{socket}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- l.watch(ctx) }()
	for _, want := range []string{"READY=1", "WATCHDOG=1\nSTATUS=watching"} {
		if have := hear(); have != want {
			t.Errorf("have %q, want %q", have, want)
		}
	}
	stop()
	if have := hear(); have != "STOPPING=1" {
		t.Errorf("have %q, want that it stops", have)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	ill := healthy()
	ill.systemd, ill.looking = systemd{socket}, func() time.Duration { return time.Hour }
	ctx, stop = context.WithCancel(t.Context())
	go func() { done <- ill.watch(ctx) }()
	hear()
	if have := hear(); strings.Contains(have, "WATCHDOG") || !strings.Contains(have, "STATUS=the dispatcher has not gone round for 1h") {
		t.Errorf("have %q, want no word that it lives, and why", have)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The unit is one that systemd accepts.
func TestSystemdUnit(t *testing.T) {
	var out output
	if err := run(t.Context(), []string{"--data", "/var/lib/canhcong", "systemd"}, environment{}.get, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Type=notify", "WatchdogSec=90", "Restart=always", "RestartSec=5s", "StartLimitIntervalSec=0", " serve --data /var/lib/canhcong\n", "User=canhcong"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the unit lacks %q", want)
		}
	}
	analyse, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze to ask")
	}
	file := filepath.Join(t.TempDir(), "canhcong.service")
	if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command(analyse, "verify", "--man=no", file).CombinedOutput()
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, "canhcong.service") {
			t.Errorf("systemd-analyze: %s (%v)", line, err)
		}
	}
}

// A run that was told to stop is not told of after the next start; one that was killed is.
func TestLifeThatWasEnded(t *testing.T) {
	db := targetstest.DB(t)
	desk := notify.New(targets.New(db), nil, nil, notify.Options{})
	for n, ended := range []bool{true, false, true} {
		l := healthy()
		l.begin = desk.Begin
		if err := l.write(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := l.write(t.Context()); err != nil {
			t.Fatal(err)
		}
		notes, err := desk.Notes(t.Context(), 9)
		if err != nil || len(notes) != n/2 {
			t.Errorf("start %d: have %d notes (%v), want %d", n, len(notes), err, n/2)
		}
		if !ended {
			continue
		}
		if err := l.end(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
