//go:build !linux

package chrome

import (
	"os"
	"os/exec"
)

// Elsewhere than on Linux the program only needs to work for its developers: Chromium's own processes end with it.

func ownGroup(*exec.Cmd) {}

func killGroup(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

func alive(int) bool { return true }

func killLeftovers(string) int { return 0 }

func roomySharedMemory() bool { return true }

func endProcess(int) {}

func gone(int) bool { return false }

// family knows no processes: there is no guard here.
type family struct{ group int }

func newFamily(group int) *family { return &family{group: group} }

func (*family) members() []relative { return nil }

func proportionalMemory(int) int64 { return 0 }
