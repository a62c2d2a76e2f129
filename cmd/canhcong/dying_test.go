package main

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"canhcong/notify/telegram/telegramtest"
)

// wholeDying, in the environment, has every way of dying tried, and every sign waited for: make dying.
const wholeDying = "CANHCONG_TEST_DYING"

// patient is a monitor in a process of its own, with all who would notice that it dies: systemd, a centre elsewhere that waits for
// heartbeats, Telegram, a second channel, and a neighbour who asks for its cycle.
type patient struct {
	*program
	t       *testing.T
	env     environment
	portal  *portal
	bot     *telegramtest.Server
	centre  *httptest.Server
	second  *httptest.Server
	systemd *net.UnixConn
	console string

	mu      sync.Mutex
	swears  []time.Time // to systemd that it lives
	well    []time.Time // heartbeats
	unwell  []string
	carried []string // by the second channel
	shown   int      // messages in the chat, and edits of them
	moved   time.Time
}

func admit(t *testing.T) *patient {
	t.Helper()
	p := &patient{t: t, bot: telegramtest.New(t), portal: startPortals(t, 1)[0]}
	p.centre = p.listen(func(r *http.Request, body string) {
		if strings.HasSuffix(r.URL.Path, "/fail") {
			p.unwell = append(p.unwell, body)
		} else {
			p.well = append(p.well, time.Now())
		}
	})
	p.second = p.listen(func(_ *http.Request, body string) { p.carried = append(p.carried, body) })
	p.listenAsSystemd()
	p.env = testEnvironment([]*portal{p.portal})
	for name, value := range map[string]string{"DATA": filepath.Join(t.TempDir(), "data"), "HEARTBEAT_URL": p.centre.URL + "/ping/1",
		"TELEGRAM_TOKEN": telegramtest.Token, "TELEGRAM_CHAT": "-1001234567890", "TELEGRAM_API_BASE": p.bot.URL,
		"WEBHOOK": "sms", "WEBHOOK_SMS_URL": p.second.URL, "WEBHOOK_SMS_TO": "0000", "WEBHOOK_SMS_TEMPLATE": `{"to":{{json .To}},"text":{{json (print .Title "\n" .Body)}}}`} {
		p.env["CANHCONG_"+name] = value
	}
	p.env["CHROME"] = filepath.Join(t.TempDir(), "no-browser") // probes are enough
	p.env["CANHCONG_NEIGHBOUR_SECRET_FILE"] = sharedKey(t)
	p.env["NOTIFY_SOCKET"] = p.systemd.LocalAddr().String()
	var out output
	if err := run(t.Context(), []string{"site", "add", "http://" + p.portal.Host, "--name", "Phường Ví Dụ"}, p.env.get, &out); err != nil {
		t.Fatal(err)
	}
	p.program = startProgram(t, p.env)
	p.console, _ = awaitLogin(t, p.out)
	p.await("it is well: systemd, the centre and a neighbour are told so", longWait, func() bool {
		return len(p.swears) > 0 && len(p.well) > 0 && p.cycles()
	})
	return p
}

// listen serves somebody who hears what the monitor says.
func (p *patient) listen(hear func(r *http.Request, body string)) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		hear(r, string(body))
	}))
	p.t.Cleanup(s.Close)
	return s
}

func (p *patient) listenAsSystemd() {
	p.t.Helper()
	var err error
	if p.systemd, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(p.t.TempDir(), "notify"), Net: "unixgram"}); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { p.systemd.Close() })
	go func() {
		for buffer := make([]byte, 4096); ; {
			n, err := p.systemd.Read(buffer)
			if err != nil {
				return
			}
			p.mu.Lock()
			if strings.HasPrefix(string(buffer[:n]), "WATCHDOG=1") {
				p.swears = append(p.swears, time.Now())
			}
			p.mu.Unlock()
		}
	}()
}

// cycles says whether the monitor answers a neighbour that looks go the whole way.
func (p *patient) cycles() bool {
	n, err := newNeighbour(neighbourConfig{p.console + "/healthz/cycle", p.env["CANHCONG_NEIGHBOUR_SECRET_FILE"]}, nil)
	if err != nil {
		p.t.Error(err)
		return false
	}
	n.client.Timeout = 5 * time.Second
	return n.ask(p.t.Context()) == nil
}

// await waits until something is so that those who notice know.
func (p *patient) await(what string, within time.Duration, so func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		p.mu.Lock()
		yes := so()
		p.mu.Unlock()
		if yes {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("want, and have not after %v: %s\n%s", within, what, p.out)
		}
	}
}

// A sign by which somebody notices, within so long of a death. What falls silent is noticed when it was due again and, as the centre is
// set up, five minutes more have passed.
type sign struct {
	name  string
	short bool // the short form waits for it
	shown func(p *patient, died time.Time) bool
}

const (
	watchdogPatience = 90 * time.Second // WatchdogSec of the unit
	centrePatience   = heartbeatEvery + 5*time.Minute
	boardPatience    = 7 * time.Minute // it is edited every five
	noticedWithin    = 10 * time.Minute
)

var (
	ended = sign{"systemd sees it end, and starts it again", true, func(p *patient, _ time.Time) bool {
		return syscall.Kill(p.command.Process.Pid, 0) != nil || zombie(p.command.Process.Pid)
	}}
	watchdog = sign{"systemd hears nothing for a while, ends it and starts it again", true, func(p *patient, died time.Time) bool {
		return time.Since(latest(died, p.swears)) > lasting(watchdogPatience, 5*vowEvery/2)
	}}
	deaf   = sign{"a neighbour gets no answer that all is well", true, func(p *patient, _ time.Time) bool { return !p.cycles() }}
	silent = sign{"the centre hears nothing, and calls", false, func(p *patient, died time.Time) bool {
		return time.Since(latest(died, p.well)) > centrePatience
	}}
	failing = sign{"the centre hears what is wrong", false, func(p *patient, _ time.Time) bool { return len(p.unwell) > 0 }}
	board   = sign{"the clock of the board stands still", false, func(p *patient, died time.Time) bool {
		n := 0
		for _, m := range p.bot.Messages() {
			n += 1 + m.Edits
		}
		if n != p.shown {
			p.shown, p.moved = n, time.Now()
		}
		return time.Since(latest(died, []time.Time{p.moved})) > boardPatience
	}}
	other = sign{"the second channel tells that the first does not work", false, func(p *patient, _ time.Time) bool {
		return strings.Contains(strings.Join(p.carried, "\n"), "elegram")
	}}
)

// lasting is how long a silence has to last: in the short form only so long that it is one.
func lasting(whole, short time.Duration) time.Duration {
	if os.Getenv(wholeDying) == "" {
		return short
	}
	return whole
}

func latest(last time.Time, all []time.Time) time.Time {
	for _, at := range all {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// zombie says whether a process has ended and nobody has asked how.
func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && strings.HasPrefix(state, "Z")
}

// dyings are ways in which a monitor dies, and who notices.
var dyings = []struct {
	name  string
	short bool
	die   func(p *patient)
	signs []sign
}{
	{"it hangs as a whole (kill -STOP; as every deadlock looks from outside)", true, func(p *patient) { p.signal(syscall.SIGSTOP) }, []sign{watchdog, deaf, silent, board}},
	{"it is ended (out of memory)", true, func(p *patient) { p.signal(syscall.SIGKILL) }, []sign{ended, deaf, silent, board}},
	{"its host is off (and nobody starts it again)", false, func(p *patient) { p.signal(syscall.SIGKILL) }, []sign{deaf, silent, board}},
	{"it panics at every start", false, (*patient).cripple, []sign{ended, deaf, silent, board}},
	{"its database takes no writes (read-only, or whoever writes is stuck)", false, (*patient).lockDatabase, []sign{watchdog, failing}},
	{"its network is off", false, func(p *patient) { p.cut() }, []sign{silent, board}},
	{"its token is revoked", false, func(p *patient) { p.refuse(http.StatusUnauthorized, "Unauthorized") }, []sign{other}},
	{"its chat is deleted", false, func(p *patient) { p.refuse(http.StatusBadRequest, "Bad Request: chat not found") }, []sign{other}},
}

func (p *patient) signal(s syscall.Signal) {
	if err := p.command.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// cripple damages what it cannot start without, and has it started again.
func (p *patient) cripple() {
	p.end(syscall.SIGKILL)
	file := filepath.Join(p.env["CANHCONG_DATA"], "canhcong.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("hỏng", 4096)), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.program = startProgram(p.t, p.env)
}

// cut resets its connections to the outside, and takes no more of them.
func (p *patient) cut() {
	p.bot.Script(telegramtest.Answer{Reset: true, Times: -1})
	for _, s := range []*httptest.Server{p.centre, p.second} {
		s.CloseClientConnections()
		s.Close()
	}
}

// lockDatabase keeps the only turn to write.
func (p *patient) lockDatabase() {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.env["CANHCONG_DATA"], "canhcong.db")+"?_pragma=busy_timeout(60000)")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { db.Close() })
	held, err := db.Conn(p.t.Context())
	if err == nil {
		_, err = held.ExecContext(p.t.Context(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// refuse has Telegram say no to everything, and a portal fail, which has to be told.
func (p *patient) refuse(code int, description string) {
	p.bot.Script(telegramtest.Answer{Code: code, Description: description, Times: -1})
	p.portal.become(portalStopped)
}

// TestEveryDeathIsNoticed lets the real program die in every way that can be tried from outside, and waits until somebody notices, which
// takes ten minutes at most (promise P13). The short form tries the two worst, and waits until a silence is one. A full disk is
// TestStoryDefacedOnAFullDisk; a dispatcher that stands still is TestLifeIsOnlySworeToWhileEveryPartWorks.
func TestEveryDeathIsNoticed(t *testing.T) {
	t.Parallel() // it waits more than it works
	whole := os.Getenv(wholeDying) != ""
	for _, d := range dyings {
		if !whole && !d.short {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			p := admit(t)
			died := time.Now()
			d.die(p)
			for _, s := range d.signs {
				if whole || s.short {
					p.await(s.name, noticedWithin-time.Since(died), func() bool { return s.shown(p, died) })
					t.Logf("%v after: %s", time.Since(died).Round(time.Second), s.name)
				}
			}
		})
	}
}

// TestALivingMonitorIsLeftAlone waits for the same signs beside a monitor that lives: there are none.
func TestALivingMonitorIsLeftAlone(t *testing.T) {
	if os.Getenv(wholeDying) == "" {
		t.Skip("make dying runs it")
	}
	t.Parallel()
	p, admitted := admit(t), time.Now()
	for ; time.Since(admitted) < boardPatience+time.Minute; time.Sleep(time.Second) {
		for _, s := range []sign{ended, watchdog, deaf, silent, failing, board, other} {
			p.mu.Lock()
			if s.shown(p, admitted) {
				t.Errorf("%v after it started, and alive: %s\n%s", time.Since(admitted), s.name, p.out)
			}
			p.mu.Unlock()
		}
		if t.Failed() {
			return
		}
	}
}
