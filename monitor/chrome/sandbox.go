package chrome

import (
	"errors"
	"fmt"
	"time"
)

// ErrSandbox says that Chromium runs, but its renderers are not locked up: a page that breaks out of one would have this
// machine. Sites are only probed until that is mended.
var ErrSandbox = errors.New("chromium's sandbox is not at work: allow unprivileged user namespaces to its user (in the systemd unit " +
	"RestrictNamespaces=user pid net and no MemoryDenyWriteExecute; sysctl kernel.unprivileged_userns_clone=1; " +
	"kernel.apparmor_restrict_unprivileged_userns=0), or accept hostile pages without a sandbox by setting no-sandbox explicitly")

// lockup is how a renderer is locked up.
type lockup struct {
	seccomp  bool // a filter of system calls
	isolated bool // namespaces of its own
}

// sandboxed waits until a renderer of the browser is locked up. It asks the kernel and not the browser, whose word for it
// is only that it tried.
func sandboxed(pid int, limit time.Duration) error {
	found := false
	var seen lockup
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for _, one := range renderers(pid) {
			found, seen = true, lockupOf(one)
			if seen.seccomp && seen.isolated {
				return nil
			}
		}
	}
	if !found {
		return fmt.Errorf("%w (no renderer was found under process %d)", ErrSandbox, pid)
	}
	return fmt.Errorf("%w (filter of system calls: %t, namespaces of its own: %t)", ErrSandbox, seen.seccomp, seen.isolated)
}
