package chrome

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// shared is the browser that most tests look through, as production looks through one.
var shared struct {
	once    sync.Once
	browser *Browser
	err     error
}

func TestMain(m *testing.M) {
	// Most tests wait for a page that hangs rather than for a processor.
	flag.Parse()
	_ = flag.Set("test.parallel", "6")
	code := m.Run()
	if shared.browser != nil {
		if err := shared.browser.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "close:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// options returns how tests run Chromium: without a sandbox where we are root. Without Chromium the test is skipped, but
// fails where one is promised.
func options(t testing.TB) Options {
	t.Helper()
	path, err := Find(os.Getenv("CHROME"))
	if err != nil {
		if os.Getenv("CI") == "true" || os.Getenv("CHROME") != "" {
			t.Fatalf("Chromium is required here: %v", err)
		}
		t.Skipf("needs Chromium: %v", err)
	}
	return Options{Path: path, NoSandbox: needsNoSandbox(), Looks: 16, Log: slog.New(slog.NewTextHandler(testLog{}, nil)), Hosts: monitor.Hosts{
		"*.tinhmau.gov.vn": "127.0.0.1",
	}, Egress: egress.Policy{Loopback: true}}
}

// testLog drops the log unless tests are verbose.
type testLog struct{}

func (testLog) Write(p []byte) (int, error) {
	if testing.Verbose() {
		return os.Stderr.Write(p)
	}
	return len(p), nil
}

// open returns the shared browser.
func open(t testing.TB) *Browser {
	t.Helper()
	o := options(t)
	shared.once.Do(func() { shared.browser, shared.err = New(o) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.browser
}

// own returns a browser of the test's own, for tests that kill it.
func own(t testing.TB) *Browser {
	t.Helper()
	return opened(t, options(t))
}

// opened returns a browser that is closed with the test.
func opened(t testing.TB, o Options) *Browser {
	t.Helper()
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

// site serves pages by path.
type site map[string]http.HandlerFunc

// serve starts a site and returns its address.
func (s site) serve(t testing.TB) string {
	t.Helper()
	mux := http.NewServeMux()
	for path, handler := range s {
		mux.HandleFunc(path, handler)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

// markup answers with a whole HTML document around body.
func markup(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng thông tin điện tử tỉnh Mẫu</title></head><body>`+body+`</body></html>`)
	}
}

// hang never answers.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// render looks at an address and fails the test when the browser failed.
func render(t testing.TB, b *Browser, r monitor.RenderRequest) monitor.Rendering {
	t.Helper()
	if r.Deadline == 0 {
		r.Deadline = 15 * time.Second
	}
	begin := time.Now()
	got, err := b.Render(context.Background(), r)
	took := time.Since(begin)
	if err != nil {
		t.Fatalf("render %s: %v", r.URL, err)
	}
	if took > r.Deadline+hostileGrace {
		t.Errorf("render %s took %v, want at most %v", r.URL, took, r.Deadline)
	}
	t.Logf("%s: status %d, net error %q, partial %q, %d blocks, picture %d bytes, %v", r.URL, got.Status, got.NetError, got.Partial, len(got.Blocks), len(got.Screenshot), took.Round(time.Millisecond))
	return got
}

// visible joins the text that a person can see.
func visible(p monitor.Page) string {
	var lines []string
	for _, b := range p.Blocks {
		if b.Hidden == "" {
			lines = append(lines, b.Text)
		}
	}
	return strings.Join(lines, "\n")
}

func TestRenderReadsAPage(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Ủy ban nhân dân tỉnh Mẫu</h1><p>Kính chào <b>công dân</b>!</p><a href="/tin">Tin tức</a>`)}.serve(t)
	got := render(t, open(t), monitor.RenderRequest{URL: url})
	if got.Status != 200 || got.NetError != "" || got.Partial != "" {
		t.Errorf("have status %d, net error %q, partial %q", got.Status, got.NetError, got.Partial)
	}
	if want := "Cổng thông tin điện tử tỉnh Mẫu"; got.Title != want {
		t.Errorf("title: have %q, want %q", got.Title, want)
	}
	if have, want := visible(got.Page), "Ủy ban nhân dân tỉnh Mẫu\nKính chào công dân!\nTin tức"; have != want {
		t.Errorf("text: have %q, want %q", have, want)
	}
	if len(got.Links) != 1 || got.Links[0].URL != url+"/tin" {
		t.Errorf("links: have %+v", got.Links)
	}
	if len(got.Screenshot) == 0 {
		t.Error("no screenshot")
	}
	if got.FinalURL != url+"/" {
		t.Errorf("final address: have %q, want %q", got.FinalURL, url+"/")
	}
}
