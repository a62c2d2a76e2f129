package chrome

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor"
)

// pid returns the process id of the browser's current Chromium.
func (b *Browser) pid() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current == nil {
		return 0
	}
	return b.current.pid
}

// members lists the living processes of a process group.
func members(group int) []string {
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, _ := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 2 && f[0] != "Z" && f[2] == strconv.Itoa(group) {
			found = append(found, file)
		}
	}
	return found
}

// noProcessesLeft waits until a process group is gone.
func noProcessesLeft(t *testing.T, group int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(members(group)) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("processes left: %v", members(group))
		}
	}
}

// dirs lists the folders of browsers of this test process.
func dirs(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+strconv.Itoa(os.Getpid())+"-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestBrowserKilledMidLook(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Còn đây</h1><img src="/cham">`), "/cham": hang}.serve(t)
	b := own(t)
	render(t, b, monitor.RenderRequest{URL: url, Deadline: 7 * time.Second}) // so that it runs
	old := b.pid()
	go func() {
		time.Sleep(time.Second)
		_ = syscall.Kill(old, syscall.SIGKILL)
	}()
	got := render(t, b, monitor.RenderRequest{URL: url})
	if have := visible(got.Page); have != "Còn đây" {
		t.Errorf("text: have %q", have)
	}
	if b.pid() == old {
		t.Error("the dead browser was not replaced")
	}
}

func TestBrowserKilledBetweenLooks(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Còn đây</h1>`)}.serve(t)
	b := own(t)
	render(t, b, monitor.RenderRequest{URL: url})
	for range 2 {
		_ = syscall.Kill(b.pid(), syscall.SIGKILL)
		begin := time.Now()
		if have := visible(render(t, b, monitor.RenderRequest{URL: url}).Page); have != "Còn đây" {
			t.Errorf("text: have %q", have)
		}
		t.Logf("first look after a kill took %v", time.Since(begin).Round(time.Millisecond))
	}
}

func TestRendererCrashIsSaid(t *testing.T) {
	t.Parallel()
	url := site{
		"/":       markup(`<h1>Lành</h1>`),
		"/bomb":   markup(`<h1>Bom</h1><script>const a=[];for(;;)a.push(new Array(1e6).fill({}))</script>`),
		"/nested": markup(`<h1>Sâu</h1><script>let e=document.body;for(let i=0;i<60000;i++){const c=document.createElement('div');e.append(c);e=c}</script>`),
	}.serve(t)
	b := own(t)
	for _, address := range []string{"chrome://crash", url + "/bomb", url + "/nested"} {
		got := render(t, b, monitor.RenderRequest{URL: address})
		if got.Partial == "" && got.NetError == "" || strings.HasSuffix(address, "nested") && got.Partial != "renderer crashed" {
			t.Errorf("%s: have partial %q, net error %q", address, got.Partial, got.NetError)
		}
		if have := visible(render(t, b, monitor.RenderRequest{URL: url}).Page); have != "Lành" {
			t.Errorf("look after %s: have %q", address, have)
		}
	}
}

func TestManyLooksAtOnce(t *testing.T) {
	t.Parallel()
	b := own(t)
	pages := make(site)
	for i := range 12 {
		pages["/"+strconv.Itoa(i)] = markup(`<h1>Cổng số ` + strconv.Itoa(i) + `</h1><script>document.cookie='ai=` + strconv.Itoa(i) + `';document.write('<p>'+document.cookie+'</p>')</script>`)
	}
	url := pages.serve(t)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			n := strconv.Itoa(i)
			got, err := b.Render(context.Background(), monitor.RenderRequest{URL: url + "/" + n})
			if want := "Cổng số " + n + "\nai=" + n; err != nil || visible(got.Page) != want {
				t.Errorf("look %d: have %q and %v, want %q", i, visible(got.Page), err, want)
			}
		})
	}
	wg.Wait()
}

func TestCloseLeavesNothing(t *testing.T) {
	url := site{"/": markup(`<h1>Trang</h1>`), "/cham": hang}.serve(t)
	b, err := New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	render(t, b, monitor.RenderRequest{URL: url})
	b.mu.Lock()
	dir, group := b.current.dir, b.current.pid
	b.mu.Unlock()
	if n := len(members(group)); n < 3 {
		t.Errorf("found %d processes of a running browser: the search is wrong", n)
	}
	running := make(chan error, 1)
	go func() {
		_, err := b.Render(context.Background(), monitor.RenderRequest{URL: url + "/cham"})
		running <- err
	}()
	time.Sleep(300 * time.Millisecond)
	begin := time.Now()
	if err := b.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	t.Logf("close took %v", time.Since(begin).Round(time.Millisecond))
	noProcessesLeft(t, group)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("folder left: %v", err)
	}
	if err := <-running; err == nil {
		t.Error("a look ended well in a closed browser")
	}
	if _, err := b.Render(context.Background(), monitor.RenderRequest{URL: url}); !errors.Is(err, errClosed) {
		t.Errorf("render after close: have %v", err)
	}
}

func TestSweepRemovesWhatTheDeadLeft(t *testing.T) {
	options(t)
	dead := filepath.Join(os.TempDir(), dirPrefix+"999999999-thu")
	if err := os.MkdirAll(filepath.Join(dead, "profile"), 0o700); err != nil {
		t.Fatal(err)
	}
	own(t)
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("the folder of a dead process is still there: %v", err)
	}
}

func TestRootNeedsToAskForNoSandbox(t *testing.T) {
	if !needsNoSandbox() {
		t.Skip("not root")
	}
	o := options(t)
	o.NoSandbox = false
	if _, err := New(o); !errors.Is(err, ErrRoot) {
		t.Errorf("have %v, want ErrRoot", err)
	}
}

func TestCancelEndsALook(t *testing.T) {
	t.Parallel()
	url := site{"/": hang}.serve(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	begin := time.Now()
	_, err := open(t).Render(ctx, monitor.RenderRequest{URL: url})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 3*time.Second {
		t.Errorf("have %v after %v", err, time.Since(begin))
	}
}

func TestFind(t *testing.T) {
	if _, err := Find("/khong/co/chromium"); !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "apt-get install chromium") {
		t.Errorf("have %v, want what to install", err)
	}
	path := filepath.Join(t.TempDir(), "chrome")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if have, err := Find(path); have != path || err != nil {
		t.Errorf("have %q and %v, want %q", have, err, path)
	}
}

func TestStartFailureSaysWhy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chrome")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	b, err := New(Options{Path: path, NoSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	_, err = b.Render(context.Background(), monitor.RenderRequest{URL: "http://127.0.0.1/"})
	if err == nil || !strings.Contains(err.Error(), "user namespaces") {
		t.Errorf("have %v, want advice about the sandbox", err)
	}
	if left := dirs(t); len(left) > 3 { // those of other tests' browsers
		t.Errorf("folders left: %v", left)
	}
}
