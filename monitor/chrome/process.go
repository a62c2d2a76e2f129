package chrome

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"canhcong/monitor/egress"
)

// Limits of one Chromium process.
const (
	startLimit = 10 * time.Second // to start on a loaded machine; 0.3 to 0.8 s is normal
	stopLimit  = 5 * time.Second  // to be gone; 0.5 s is normal
	maxLooks   = 1000             // before a fresh one takes over; 1,000 looks grew it from 46 to 56 MB (measured)
	maxAge     = 6 * time.Hour
	maxStuck   = 4          // tabs that would not close
	maxMemory  = 1536 << 20 // bytes of all its processes, each page counted once
)

// process is one running Chromium and the folder it lives in.
type process struct {
	ctx     context.Context // chromedp's; done when the browser died or was stopped
	cancel  context.CancelFunc
	pid     int
	dir     string
	agent   userAgent
	started time.Time
	o       Options
	nowhere *egress.Gate // where everything goes that belongs to no look; it leads nowhere
	guard   *guard

	looks    int          // begun, guarded by the Browser's lock
	failures int          // looks that failed in a row, guarded by the Browser's lock
	active   atomic.Int32 // looks under way
	stuck    atomic.Int32 // tabs that would not close
	memory   atomic.Int64 // bytes it took when last measured
	tired    atomic.Bool  // somebody wants a fresh one to take over
}

// start runs a new Chromium and waits until it answers.
func start(o Options) (*process, error) {
	path, err := Find(o.Path)
	if err != nil {
		return nil, err
	}
	o.Path = path
	dir, err := makeDir()
	if err != nil {
		return nil, err
	}
	nowhere, err := egress.OpenGate(nil)
	if err != nil {
		return nil, errors.Join(err, removeDir(dir))
	}
	p := &process{dir: dir, started: time.Now(), o: o, nowhere: nowhere}
	options := append(o.allocatorOptions(dir, nowhere), chromedp.ModifyCmdFunc(ownGroup))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(logTo(o.Log)))
	p.ctx, p.cancel = ctx, func() { stopBrowser(); stopAllocator() }
	err = within(startLimit, func() error { return p.boot() })
	if err == nil && verifiable && !o.NoSandbox {
		err = sandboxed(p.pid, startLimit)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", o.Path, explain(err)), p.stop())
	}
	p.guard = newGuard(p.pid, o.PageMemory, o.Log)
	go p.watch()
	return p, nil
}

// boot starts the process and learns its version. The first use of the context binds the browser's life to it, so that it
// must carry no deadline.
func (p *process) boot() error {
	if err := chromedp.Do(p.ctx); err != nil {
		return err
	}
	if c := chromedp.FromContext(p.ctx); c.Browser != nil && c.Browser.Process() != nil {
		p.pid = c.Browser.Process().Pid
	}
	version, err := chromedp.CallBrowser(p.ctx, browser.GetVersion, cdp.Empty{})
	if err != nil {
		return err
	}
	p.agent = plainAgent(version)
	return nil
}

// explain adds what to do to errors a person can do something about.
func explain(err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "No usable sandbox"), strings.Contains(text, "SUID sandbox"):
		return fmt.Errorf("%w (allow unprivileged user namespaces to its user: RestrictNamespaces=user pid net, or sysctl kernel.unprivileged_userns_clone=1)", err)
	case strings.Contains(text, "without --no-sandbox"):
		return fmt.Errorf("%w: %w", ErrRoot, err)
	}
	return err
}

// dead reports whether the browser ended. Its context learns of that a little later than the kernel, and the kernel later
// than who ended it.
func (p *process) dead() bool { return p.ctx.Err() != nil || p.guard.fatal.Load() || gone(p.pid) }

// worn reports whether a fresh browser should take over.
func (p *process) worn() bool {
	return p.looks >= maxLooks || time.Since(p.started) > maxAge || p.stuck.Load() >= maxStuck || p.tired.Load()
}

// stop ends the browser and removes its folder. chromedp's own way waits for every tab and can hang, so it gets a
// deadline, and then the process group and whatever else names the folder is killed.
func (p *process) stop() error {
	if p.pid != 0 {
		killGroup(p.pid)
	}
	_ = within(stopLimit, func() error { p.cancel(); return nil })
	p.nowhere.Close()
	return removeDir(p.dir)
}

// dirPrefix names our folders in the temporary directory; the id of the process that owns it follows.
const dirPrefix = "canhcong-chrome-"

// makeDir creates the folder of one browser: its profile, and a TMPDIR of its own, because Chromium leaves files of 3 MB
// behind in /tmp when it is killed.
func makeDir() (string, error) {
	dir, err := os.MkdirTemp("", dirPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", fmt.Errorf("make a folder for chromium: %w", err)
	}
	for _, name := range []string{"profile", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			return "", fmt.Errorf("make a folder for chromium: %w", err)
		}
	}
	return dir, nil
}

// removeDir ends the processes that still use the folder and removes it. A child of Chromium can write into it a little
// after its parent died, hence the second and third try.
func removeDir(dir string) error {
	var err error
	for deadline := time.Now().Add(stopLimit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if killLeftovers(dir) > 0 {
			continue
		}
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
	}
	return fmt.Errorf("remove the folder of chromium: %w", err)
}

// sweep removes the folders, and ends the browsers, of earlier processes of ours that were killed.
func sweep() error {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+"*"))
	for _, dir := range dirs {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), dirPrefix), "-")
		pid, bad := strconv.Atoi(owner)
		if bad != nil || pid == os.Getpid() || alive(pid) {
			continue
		}
		if e := removeDir(dir); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// errSlow says that a step did not end in its time.
var errSlow = errors.New("did not answer in time")

// within runs f and gives up waiting for it after limit. f goes on in the background: it is for chromedp's calls that take
// no deadline.
func within(limit time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return errSlow
	}
}
