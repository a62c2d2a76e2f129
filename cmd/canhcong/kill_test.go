package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/notify/telegram/telegramtest"
)

// program is canhcong serve in a process of its own, so that it can be killed.
type program struct {
	command *exec.Cmd
	out     *output
}

func startProgram(t *testing.T, env environment) *program {
	t.Helper()
	p := &program{command: exec.Command(os.Args[0], "serve", "--listen", "127.0.0.1:0"), out: &output{}}
	p.command.Env = append(os.Environ(), "CANHCONG_TEST_IS_THE_PROGRAM=1")
	for name, value := range env {
		p.command.Env = append(p.command.Env, name+"="+value)
	}
	p.command.Stdout, p.command.Stderr = p.out, p.out
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.end(syscall.SIGKILL) }) // nothing, when it has ended
	return p
}

func (p *program) end(signal syscall.Signal) error {
	p.command.Process.Signal(signal)
	return p.command.Wait()
}

// A portal is defaced while the program is killed again and again at random moments: before, during and after the suspicion,
// the opening of the incident, and the sending of its alert.
func TestEndToEndKilledAtRandomNothingIsLostOrDoubled(t *testing.T) {
	needChrome(t)
	portals, api := startPortals(t, 1), telegramtest.New(t)
	data := filepath.Join(t.TempDir(), "data")
	fastProfile(t, data)
	env := testEnvironment(portals)
	env["CANHCONG_DATA"] = data
	env["CANHCONG_TELEGRAM_TOKEN"], env["CANHCONG_TELEGRAM_CHAT"], env["CANHCONG_TELEGRAM_API_BASE"] = telegramtest.Token, "-1001234567890", api.URL
	must := func(args ...string) string {
		t.Helper()
		var out output
		if err := run(t.Context(), args, env.get, &out); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out.String())
		}
		return out.String()
	}
	must("site", "add", "http://"+portals[0].Host, "--profile", demoProfile.Name)
	p := startProgram(t, env)
	must("baseline", "approve", "1", "--content", awaitCandidate(t, p, must))
	portals[0].become(portalDefaced)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 6 {
		time.Sleep(time.Duration(200+random.IntN(3500)) * time.Millisecond)
		p.end(syscall.SIGKILL)
		p = startProgram(t, env)
	}
	for deadline := time.Now().Add(longWait); len(ofIncidents(api)) < 2 && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
	awaitLogin(t, p.out)
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("told to stop, the program ended with %v: %s", err, p.out)
	}
	checkToldOnce(t, env, api)
}

// awaitCandidate waits until a baseline is on offer and returns the hash of its content.
func awaitCandidate(t *testing.T, p *program, must func(...string) string) string {
	t.Helper()
	for deadline := time.Now().Add(longWait); time.Now().Before(deadline); time.Sleep(300 * time.Millisecond) {
		for line := range strings.Lines(must("baseline", "list")) {
			if fields := strings.Fields(line); len(fields) > 4 && fields[2] == "offered" {
				return fields[4]
			}
		}
	}
	t.Fatalf("no baseline was offered: %s", p.out)
	return ""
}

// ofIncidents returns the messages that tell of an incident: that the program runs again is told as well.
func ofIncidents(api *telegramtest.Server) (list []telegramtest.Message) {
	for _, m := range api.Messages() {
		if strings.Contains(m.Text, "SC-") {
			list = append(list, m)
		}
	}
	return list
}

func checkToldOnce(t *testing.T, env environment, api *telegramtest.Server) {
	t.Helper()
	config, err := loadConfig("", env.get)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{ctx: t.Context(), out: &output{}, config: config, data: config.Data, lang: "vi"}
	h, err := a.openHouse(newLog(a.out), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	list, err := h.desk.Incidents(t.Context(), notify.Filter{Quiet: true})
	if err != nil || len(list) != 1 || list[0].State != notify.Open {
		t.Fatalf("have incidents %+v (%v), want one that is open", list, err)
	}
	texts := map[string]int{}
	for _, m := range ofIncidents(api) {
		texts[m.Method+fmt.Sprint(strings.Contains(m.String(), "gửi lại"))]++
	}
	t.Logf("messages by method and whether marked as sent again: %v", texts)
	if texts["sendMessagefalse"] != 1 {
		t.Errorf("have %d first alerts that are not marked as sent again, want 1", texts["sendMessagefalse"])
	}
	var check string
	if err := h.db.Read.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("have integrity %q (%v), want ok", check, err)
	}
}
