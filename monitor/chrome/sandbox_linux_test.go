package chrome

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor"
)

// nobody is an ordinary user, for tests that run as root: the sandbox does not work for root.
const nobody = 65534

// asNobody runs one test of this program again as an ordinary user, and fails or skips with it.
func asNobody(t *testing.T, name string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "canhcong-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe", "-test.run", "^"+name+"$", "-test.v") // its path may be root's alone
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil && strings.Contains(string(out), "SANDBOX NOT ALLOWED"):
		t.Skipf("this machine lets no ordinary user have a sandbox:\n%s", out)
	case err != nil:
		t.Fatalf("as an ordinary user: %v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	}
}

func TestSandboxIsVerified(t *testing.T) {
	if os.Geteuid() == 0 {
		asNobody(t, t.Name())
		return
	}
	b := own(t)
	got, err := b.Render(t.Context(), monitor.RenderRequest{URL: site{"/": markup("<p>an toàn")}.serve(t), Deadline: time.Minute})
	if err != nil && (errors.Is(err, ErrSandbox) || strings.Contains(err.Error(), "usable sandbox")) {
		t.Fatalf("SANDBOX NOT ALLOWED: %v", err)
	}
	if err != nil || visible(got.Page) != "an toàn" {
		t.Fatalf("have %q (%v)", visible(got.Page), err)
	}
	b.mu.Lock()
	pid := b.current.pid
	b.mu.Unlock()
	if list := renderers(pid); len(list) == 0 {
		t.Error("no renderer was found")
	}
}

// A browser whose sandbox was taken away behind our back is refused.
func TestMissingSandboxIsNoticed(t *testing.T) {
	b := own(t)
	if !b.o.NoSandbox {
		t.Skip("the browser of the tests has a sandbox here")
	}
	render(t, b, monitor.RenderRequest{URL: site{"/": markup("<p>x")}.serve(t)})
	b.mu.Lock()
	pid := b.current.pid
	b.mu.Unlock()
	if err := sandboxed(pid, time.Second); !errors.Is(err, ErrSandbox) || !strings.Contains(err.Error(), "namespaces of its own: false") {
		t.Errorf("have %v, want ErrSandbox", err)
	}
	if err := sandboxed(os.Getpid(), 50*time.Millisecond); !errors.Is(err, ErrSandbox) {
		t.Errorf("a process without renderers: have %v, want ErrSandbox", err)
	}
}
