package chrome

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"canhcong/monitor"
)

// hostile is one kind of page that is made to jam, fool or fill whoever looks at it. What it expects holds on any machine:
// whether a page that is busy settles in time depends on how fast the machine is, and is not asserted.
type hostile struct {
	name    string
	page    http.HandlerFunc // what its address answers
	address string           // looked at instead of its own
	text    string           // that must be read; "" is the greeting, nothing means that none is promised
	never   bool             // it cannot come to rest, and the look must say so
	says    string           // part of why
	real    bool             // looked at in real time
	memory  bool             // fills the memory: one at a time
}

const (
	greeting = "Trang vẫn đọc được"
	nothing  = "-"
	// hostileDeadline is short, so that pages that never settle do not take long. Those whose text must be read get the time
	// that a slow machine needs for it.
	hostileDeadline = 5 * time.Second
	// hostileGrace is how much longer than its deadline a look may take before it counts as one that hangs: what the
	// monitor allows it.
	hostileGrace = 10 * time.Second
	// hostileLooks is how many looks are under way at once.
	hostileLooks = 4
	// normalTries bounds how often a normal page is looked at on a machine that is too busy for a look.
	normalTries = 6
	// downloadName must not be found anywhere.
	downloadName = "canhcong-thu-tai-ve"
)

// TestHostilePages looks at every kind of hostile page through one browser, some at a time, as production does. Each look
// ends, and the next look at a normal page succeeds.
func TestHostilePages(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.PageMemory = 600 << 20 // the test's machine has much else to do
	b := opened(t, o)
	kinds := append(hostileScripts(), hostileServers()...)
	if len(kinds) < 63 {
		t.Errorf("have %d kinds of hostile pages, want at least 63", len(kinds))
	}
	pages := hostileParts()
	for i, k := range kinds {
		if k.page != nil {
			pages["/"+strconv.Itoa(i)] = k.page
		}
	}
	url := pages.serve(t)
	var memory sync.Mutex
	slots := make(chan struct{}, hostileLooks)
	t.Run("kinds", func(t *testing.T) {
		for i, k := range kinds {
			t.Run(k.name, func(t *testing.T) {
				t.Parallel()
				if k.memory {
					memory.Lock()
					defer memory.Unlock()
				}
				slots <- struct{}{}
				defer func() { <-slots }()
				address := url + "/" + strconv.Itoa(i)
				if k.address != "" {
					address = k.address
				}
				k.look(t, b, address)
				lookAtNormal(t, b, url+"/normal")
			})
		}
	})
	noWindowsLeft(t, b)
	noDownloads(t)
}

// look looks at the page and checks what it promises.
func (k hostile) look(t *testing.T, b *Browser, address string) {
	t.Helper()
	deadline := DefaultDeadline
	if k.text == nothing {
		deadline = hostileDeadline
	}
	begin := time.Now()
	got, err := b.Render(context.Background(), monitor.RenderRequest{URL: address, RealTime: k.real, Deadline: deadline})
	took := time.Since(begin)
	t.Logf("%v, status %d, net error %q, partial %q, %d blocks, picture %d bytes, %v",
		err, got.Status, got.NetError, got.Partial, len(got.Blocks), len(got.Screenshot), took.Round(time.Millisecond))
	if err != nil && k.text != nothing {
		t.Errorf("a page made the browser fail: %v", err)
	}
	if took > deadline+hostileGrace {
		t.Errorf("took %v, want at most %v", took, deadline+hostileGrace)
	}
	if k.never && err == nil && got.Partial == "" && got.NetError == "" {
		t.Error("the look says that the page settled")
	}
	if !strings.Contains(got.Partial, k.says) {
		t.Errorf("partial: have %q, want %q", got.Partial, k.says)
	}
	want := k.text
	if want == "" {
		want = greeting
	}
	if have := visible(got.Page); want != nothing && !strings.Contains(have, want) {
		t.Errorf("text: have %.200q, want %q", have, want)
	}
}

// lookAtNormal checks that the browser still serves.
func lookAtNormal(t *testing.T, b *Browser, address string) {
	t.Helper()
	for try := 1; ; try++ {
		got, err := b.Render(context.Background(), monitor.RenderRequest{URL: address})
		have, want := visible(got.Page), "Ủy ban nhân dân tỉnh Mẫu"
		if err == nil && got.Status == 200 && strings.Contains(have, want) {
			return
		}
		t.Logf("try %d of a normal page: have %v, status %d, net error %q, partial %q, text %.200q, want %q",
			try, err, got.Status, got.NetError, got.Partial, have, want)
		if try == normalTries {
			t.Fatal("after this page no normal one can be looked at")
		}
	}
}

// noWindowsLeft waits until the browser shows nothing but its own first page.
func noWindowsLeft(t *testing.T, b *Browser) {
	t.Helper()
	b.mu.Lock()
	p := b.current
	b.mu.Unlock()
	if p == nil {
		return
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		res, err := chromedp.CallBrowser(p.ctx, target.GetTargets, target.GetTargetsParams{})
		if err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, info := range res.TargetInfos {
			if info.Type == "page" && info.URL != "about:blank" {
				left = append(left, info.URL)
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Errorf("windows left: %.500q", left)
			return
		}
	}
}

// noDownloads checks that nothing a page offered was written to where downloads go.
func noDownloads(t *testing.T) {
	t.Helper()
	home, _ := os.UserHomeDir()
	for _, folder := range []string{".", home, filepath.Join(home, "Downloads"), os.TempDir(), filepath.Join(os.TempDir(), dirPrefix+"*", "*")} {
		found, err := filepath.Glob(filepath.Join(folder, downloadName+"*"))
		if err != nil || len(found) > 0 {
			t.Errorf("downloads: have %v, %v", found, err)
		}
	}
}
