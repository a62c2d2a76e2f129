package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/monitor/chrome"
	"canhcong/notify/telegram/telegramtest"
	"canhcong/targets"
)

// TestMain lets the test binary be the program itself, for the tests that kill it, and what takes part in a benchmark.
func TestMain(m *testing.M) {
	if role := os.Getenv(benchRole); role != "" {
		playPart(role)
		return
	}
	if os.Getenv("CANHCONG_TEST_IS_THE_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// needChrome skips a test on a machine without a browser, and fails it where there has to be one.
func needChrome(t *testing.T) {
	t.Helper()
	if _, err := chrome.Find(os.Getenv("CHROME")); err != nil {
		if os.Getenv("CI") != "" || os.Getenv("CHROME") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// output is what the program printed so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// environment is what the program sees of the outside: the sandbox is off because tests run as root in containers.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

func testEnvironment(portals []*portal) environment {
	var hosts []string
	for _, p := range portals {
		hosts = append(hosts, p.Host+"="+p.address)
	}
	return environment{"CANHCONG_CANARIES": "none", "CANHCONG_RESOLVERS": "none", "CANHCONG_NOTES_MORNING": "none", "CANHCONG_NOTES_EVENING": "none", "CANHCONG_CHROME_NO_SANDBOX": "true", "CHROME": os.Getenv("CHROME"), "CANHCONG_HOSTS": strings.Join(hosts, ",")}
}

func startPortals(t *testing.T, n int) []*portal {
	t.Helper()
	portals := newPortals()[:n]
	for _, p := range portals {
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.become(portalStopped) })
	}
	return portals
}

func TestEndToEndTheDemonstrationTellsItsWholeStory(t *testing.T) {
	needChrome(t)
	var out output
	data := filepath.Join(t.TempDir(), "demo")
	begun := time.Now()
	err := run(t.Context(), []string{"demo", "--once", "--data", data, "--listen", "127.0.0.1:0"}, environment{"CHROME": os.Getenv("CHROME")}.get, &out)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the story took %v", time.Since(begun))
	for _, p := range newPortals() {
		if !strings.Contains(out.String(), p.Host) {
			t.Errorf("the story does not name %s", p.Host)
		}
	}
	pictures, err := filepath.Glob(filepath.Join(data, "alerts", "*.png"))
	if err != nil || len(pictures) < 2 {
		t.Errorf("have pictures %v (%v), want one for each content incident", pictures, err)
	}
}

func TestEndToEndCheck(t *testing.T) {
	needChrome(t)
	portals := startPortals(t, 1)
	look := func() (map[string]any, int) {
		var out output
		env := testEnvironment(portals)
		env["CANHCONG_DATA"] = filepath.Join(t.TempDir(), "data")
		err := run(t.Context(), []string{"check", "--json", "--timeout", "10s", "http://" + portals[0].Host}, env.get, &out)
		var report map[string]any
		if e := json.Unmarshal([]byte(out.String()), &report); e != nil {
			t.Fatalf("%v in %q (%v)", e, out.String(), err)
		}
		exit, _ := errors.AsType[exitError](err)
		return report, exit.code
	}
	if r, code := look(); code != 0 || r["outcome"] != "ok" || r["status"] != 200.0 {
		t.Errorf("a calm portal: have exit %d and %v", code, r)
	}
	portals[0].become(portalDefaced)
	if r, code := look(); code != 1 || len(r["evidence"].([]any)) == 0 {
		t.Errorf("a defaced portal: have exit %d and evidence %v, want 1 and a reason", code, r["evidence"])
	}
	portals[0].become(portalStopped)
	if r, code := look(); code != 1 || r["outcome"] != "down" || r["cause"] != "tcp" {
		t.Errorf("a stopped portal: have exit %d, %v %v, want 1, down tcp", code, r["outcome"], r["cause"])
	}
}

// fastProfile puts the demonstration's pace into a data directory.
func fastProfile(t *testing.T, data string) {
	t.Helper()
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := targets.Open(t.Context(), filepath.Join(data, "canhcong.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := targets.New(db).SaveProfile(t.Context(), demoProfile); err != nil {
		t.Fatal(err)
	}
}

var firstLogin = regexp.MustCompile(`(http://[0-9.:]+)(/first-login\?code=\S+)`)

// longWait is for a machine that has much else to do; nothing here is measured in time.
const longWait = 3 * time.Minute

// awaitLogin waits for the printed one-time login and returns the console's address and the path to it.
func awaitLogin(t *testing.T, out *output) (base, path string) {
	t.Helper()
	for deadline := time.Now().Add(longWait); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if m := firstLogin.FindStringSubmatch(out.String()); m != nil {
			return m[1], m[2]
		}
	}
	t.Fatalf("no one-time login was printed: %s", out)
	return "", ""
}

// awaitPage opens a page until it says what is wanted.
func awaitPage(t *testing.T, v *visitor, path, want string) {
	t.Helper()
	var have string
	for deadline := time.Now().Add(longWait); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if have = v.open(path); strings.Contains(have, want) {
			return
		}
	}
	t.Fatalf("%s never said %q: %s", path, want, have)
}

// The whole product at its edges: a person registers a portal at the command line, logs in, approves what is shown; the
// portal is defaced; Telegram gets the text, then the picture; the portal is repaired; Telegram gets the end.
func TestEndToEndAPortalIsDefacedAndTheRightPersonIsTold(t *testing.T) {
	needChrome(t)
	portals, api := startPortals(t, 1), telegramtest.New(t)
	data := filepath.Join(t.TempDir(), "data")
	fastProfile(t, data)
	env := testEnvironment(portals)
	env["CANHCONG_DATA"] = data
	env["CANHCONG_TELEGRAM_TOKEN"], env["CANHCONG_TELEGRAM_CHAT"], env["CANHCONG_TELEGRAM_API_BASE"] = telegramtest.Token, "-1001234567890", api.URL
	var out output
	if err := run(t.Context(), []string{"site", "add", "http://" + portals[0].Host, "--name", "Phường Ví Dụ", "--profile", demoProfile.Name}, env.get, &out); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0"}, env.get, &out) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if strings.Contains(out.String(), telegramtest.Token) {
			t.Error("the bot token is in the log")
		}
	}()

	base, path := awaitLogin(t, &out)
	v := newVisitor(t, base)
	v.open(path)
	v.submit("/first-login", map[string]string{"password": "mười hai con giáp", "again": "mười hai con giáp"})
	awaitPage(t, v, "/approvals", portals[0].Host)
	v.open(v.link("/looks/"))
	v.submit("/decide", map[string]string{"answer": "yes", "note": "cổng mới đăng ký"})

	awaitPage(t, v, "/", "Phường Ví Dụ")
	portals[0].become(portalDefaced)
	messages := api.Wait(2, longWait)
	if m := messages[0]; !strings.Contains(m.String(), portals[0].Host) || !strings.Contains(m.String(), "CHƯA XÁC MINH") {
		t.Errorf("have first message %s, want the portal, unverified", m)
	}
	if m := messages[1]; m.Method != "sendPhoto" {
		t.Errorf("have second message by %s, want the picture", m.Method)
	}
	v.open("/incidents")
	v.open(v.link("/incidents/"))
	v.submit("/acknowledge", nil)

	portals[0].become(portalNormal)
	awaitPage(t, v, "/incidents", "SC-")
	messages = api.Wait(3, longWait)
	for i, want := range map[int]string{0: "Đã tiếp nhận", 2: "ĐÃ KHÔI PHỤC"} { // the first one is edited in its place
		if !strings.Contains(messages[i].String(), want) {
			t.Errorf("have message %d %s, want %q, after %s", i+1, messages[i], want, lastVerdicts(t, data))
		}
	}
}

// A monitor whose own network is away says so once, and says nothing about any portal.
func TestEndToEndBlindnessIsTold(t *testing.T) {
	needChrome(t)
	portals, api := startPortals(t, 1), telegramtest.New(t)
	impostor, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never shows a certificate that holds
	if err != nil {
		t.Fatal(err)
	}
	defer impostor.Close()
	env := testEnvironment(portals)
	env["CANHCONG_DATA"] = filepath.Join(t.TempDir(), "data")
	env["CANHCONG_CANARIES"] = "https://" + impostor.Addr().String()
	env["CANHCONG_TELEGRAM_TOKEN"], env["CANHCONG_TELEGRAM_CHAT"], env["CANHCONG_TELEGRAM_API_BASE"] = telegramtest.Token, "-1001234567890", api.URL
	portals[0].become(portalStopped)
	var out output
	if err := run(t.Context(), []string{"site", "add", "http://" + portals[0].Host, "--name", "Phường Ví Dụ"}, env.get, &out); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0"}, env.get, &out) }()
	message := api.Wait(1, longWait)[0]
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if text := message.String(); !strings.Contains(text, "GIÁM SÁT BỊ MÙ") || strings.Contains(text, portals[0].Host) {
		t.Errorf("have %s, want that the monitor is blind and nothing about a portal", text)
	}
}

// lastVerdicts tells what the latest looks of a data directory said and why.
func lastVerdicts(t *testing.T, data string) string {
	t.Helper()
	db, err := targets.Open(t.Context(), filepath.Join(data, "canhcong.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	archive, err := monitor.NewArchive(db, filepath.Join(data, "artefacts"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	latest, err := baseline.New(targets.New(db), archive, nil, nil).Verdicts(t.Context(), 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, v := range latest {
		fmt.Fprintf(&all, "\n%d at %s: %s %s %+v", v.ID, v.At.Format(time.StampMilli), v.Content, v.Quality, v.Evidence)
	}
	return all.String()
}
