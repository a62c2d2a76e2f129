package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"canhcong/monitor/chrome"
)

// TestEndToEndReducedMode starts where no browser is installed: the monitor works with probes only, and takes up
// the browser once there is one.
func TestEndToEndReducedMode(t *testing.T) {
	needChrome(t)
	real, err := chrome.Find(os.Getenv("CHROME"))
	if err != nil {
		t.Fatal(err)
	}
	portals, data := startPortals(t, 1), filepath.Join(t.TempDir(), "data")
	fastProfile(t, data)
	env := testEnvironment(portals)
	env["CANHCONG_DATA"] = data
	env["CHROME"] = filepath.Join(t.TempDir(), "chrome")
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
			t.Errorf("serve: %v", err)
		}
	}()
	base, _ := awaitLogin(t, &out)
	awaitHealth(t, base, "a browser that fails, and a look", func(h healthz) bool {
		return h.Browser.State == "failing" && h.LastLook != ""
	})
	if err := os.Symlink(real, env["CHROME"]); err != nil {
		t.Fatal(err)
	}
	awaitHealth(t, base, "a browser that works", func(h healthz) bool { return h.Browser.State == "ok" })
}

// healthz is what the test reads of /healthz.
type healthz struct {
	LastLook string `json:"last_look"`
	Browser  struct{ State string }
}

// awaitHealth asks until the answer is as wanted.
func awaitHealth(t *testing.T, base, what string, wanted func(healthz) bool) {
	t.Helper()
	var h healthz
	for deadline := time.Now().Add(longWait); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		resp, err := http.Get(base + "/healthz")
		if err != nil {
			continue
		}
		h = healthz{}
		err = json.NewDecoder(resp.Body).Decode(&h)
		resp.Body.Close()
		if err == nil && wanted(h) {
			return
		}
	}
	t.Fatalf("health never said %s: have %+v", what, h)
}
