package chrome

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor"
)

// until waits for something that comes true in the background.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

func TestFreshBrowserTakesOver(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Trang</h1>`), "/cham": markup(`<h1>Trang chậm</h1><img src="/hang">`), "/hang": hang}.serve(t)
	for name, wear := range map[string]func(b *Browser){
		"looks": func(b *Browser) { b.mu.Lock(); b.current.looks = maxLooks; b.mu.Unlock() },
		"age": func(b *Browser) {
			b.mu.Lock()
			b.current.started = time.Now().Add(-maxAge - time.Minute)
			b.mu.Unlock()
		},
		"memory":  func(b *Browser) { b.current.tired.Store(true) },
		"recycle": (*Browser).Recycle,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := own(t)
			render(t, b, monitor.RenderRequest{URL: url})
			old := b.pid()
			slow := make(chan string, 1)
			go func() {
				got, err := b.Render(context.Background(), monitor.RenderRequest{URL: url + "/cham"})
				slow <- fmt.Sprint(visible(got.Page), err)
			}()
			until(t, "a look is under way", func() bool { return b.Health().Looks == 1 })
			wear(b)
			until(t, "another browser looks", func() bool {
				render(t, b, monitor.RenderRequest{URL: url})
				return b.pid() != old
			})
			if have, want := <-slow, "Trang chậm<nil>"; have != want {
				t.Errorf("the look in the old browser: have %q, want %q", have, want)
			}
			until(t, "the old browser is gone", func() bool { return !alive(old) })
			if h := b.Health(); h.State != monitor.BrowserOK || h.Restarts != 1 || h.Looks != 0 {
				t.Errorf("health: have %+v, want ok after 1 restart", h)
			}
		})
	}
}

func TestGuardEndsAPageThatFillsTheMemory(t *testing.T) {
	t.Parallel()
	url := site{
		"/":     markup(`<h1>Lành</h1><img src="/hang">`),
		"/hang": hang,
		"/bom":  markup(`<h1>Bom</h1><script>const a=[];setInterval(()=>{const b=new Uint8Array(2e7);b.fill(1);a.push(b)},5)</script>`),
	}.serve(t)
	o := options(t)
	o.PageMemory = 400 << 20
	b := opened(t, o)
	other := make(chan string, 1)
	go func() {
		got, err := b.Render(context.Background(), monitor.RenderRequest{URL: url})
		other <- fmt.Sprint(visible(got.Page), err)
	}()
	got := render(t, b, monitor.RenderRequest{URL: url + "/bom", Deadline: time.Minute})
	if want := "too much memory"; !strings.Contains(got.Partial, want) || got.Status != 200 {
		t.Errorf("have status %d, net error %q, partial %q, want %q", got.Status, got.NetError, got.Partial, want)
	}
	if have, want := <-other, "Lành<nil>"; have != want {
		t.Errorf("the look beside it: have %q, want %q", have, want)
	}
	if h := b.Health(); h.Restarts != 0 || h.State != monitor.BrowserOK {
		t.Errorf("health: have %+v, want the same browser", h)
	}
}

// kin returns the process ids of the browser's processes of a kind.
func (b *Browser) kin(kind string) (pids []int) {
	for _, r := range newFamily(b.pid()).members() {
		if r.kind == kind {
			pids = append(pids, r.pid)
		}
	}
	return pids
}

// TestEveryProcessMayDie ends each kind of Chromium's processes under a look and between two.
func TestEveryProcessMayDie(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Còn đây</h1>`), "/cham": markup(`<h1>Còn đây</h1><img src="/hang">`), "/hang": hang}.serve(t)
	for _, kind := range []string{kindZygote, kindGPU, kindNetwork, kindRenderer} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := own(t)
			render(t, b, monitor.RenderRequest{URL: url})
			until(t, "the guard knows the browser", func() bool {
				time.Sleep(settledAfter)
				return len(b.kin(kind)) > 0
			})
			under := make(chan string, 1)
			go func() {
				got, err := b.Render(context.Background(), monitor.RenderRequest{URL: url + "/cham", Deadline: time.Minute})
				under <- fmt.Sprint(visible(got.Page), got.NetError, err)
			}()
			until(t, "a tab is open", func() bool { return len(b.kin(kindRenderer)) > 1 })
			for _, pid := range b.kin(kind) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			if have, want := <-under, "Còn đây<nil>"; have != want {
				t.Errorf("the look under way: have %q, want %q", have, want)
			}
			for _, pid := range b.kin(kind) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			if have := visible(render(t, b, monitor.RenderRequest{URL: url, Deadline: time.Minute}).Page); have != "Còn đây" {
				t.Errorf("the next look: have %q", have)
			}
		})
	}
}

func TestWatchKeepsABrowserRunning(t *testing.T) {
	t.Parallel()
	b := own(t)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Watch(ctx) }()
	until(t, "our own page was looked at", func() bool { b.mu.Lock(); defer b.mu.Unlock(); return !b.fortune.success.IsZero() })
	if h := b.Health(); h.State != monitor.BrowserOK {
		t.Errorf("health: have %+v, want ok", h)
	}
	old := b.pid()
	_ = syscall.Kill(old, syscall.SIGKILL)
	until(t, "another browser runs", func() bool { pid := b.pid(); return pid != 0 && pid != old })
	stop()
	if err := <-ended; err != nil {
		t.Errorf("watch: have %v", err)
	}
}

// TestNoBrowser holds that without a browser looks fail at once, and that one that is installed later is used.
func TestNoBrowser(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Trang</h1>`)}.serve(t)
	o := options(t)
	real := o.Path
	o.Path = filepath.Join(t.TempDir(), "chrome")
	b := opened(t, o)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if _, err := b.Render(ctx, monitor.RenderRequest{URL: url}); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("have %v, want ErrNotInstalled", err)
	}
	b.mu.Lock()
	b.fortune.retry = time.Now().Add(time.Hour)
	b.mu.Unlock()
	if _, err := b.Render(ctx, monitor.RenderRequest{URL: url}); !errors.Is(err, ErrUnavailable) || !errors.Is(err, ErrNotInstalled) {
		t.Errorf("have %v, want ErrUnavailable and why", err)
	}
	if h := b.Health(); h.State != monitor.BrowserFailing || !strings.Contains(h.Reason, "apt-get install") {
		t.Errorf("health: have %+v, want failing, and what to do", h)
	}
	if err := os.Symlink(real, o.Path); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	b.fortune.retry = time.Now()
	b.mu.Unlock()
	go func() { _ = b.Watch(ctx) }()
	until(t, "the browser is back", func() bool { return b.Health().State == monitor.BrowserOK })
	if have := visible(render(t, b, monitor.RenderRequest{URL: url}).Page); have != "Trang" {
		t.Errorf("text: have %q", have)
	}
}
