package chrome

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// ownGroup makes Chromium the leader of a process group, so that all of it can be ended at once and a Ctrl-C meant for us
// does not reach it, and has the kernel end it when we die.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup ends every process in the group of pid.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// alive reports whether a process with this id exists.
func alive(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

// leftovers lists the processes that were started with the folder dir on their command line. Of the headless shell that is
// only the first; its children belong to its group, and go by themselves when it is gone.
func leftovers(dir string) []int {
	var found []int
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte(dir)) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && pid != os.Getpid() {
			found = append(found, pid)
		}
	}
	return found
}

// killLeftovers ends what still runs with the folder dir, and reports how many processes that were.
func killLeftovers(dir string) int {
	pids := leftovers(dir)
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return len(pids)
}

// roomySharedMemory reports whether /dev/shm can hold what Chromium puts there: Docker's default of 64 MB makes it crash,
// and doing without costs 8 % more CPU for each page (measured).
func roomySharedMemory() bool {
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err != nil {
		return false
	}
	return fs.Bavail*uint64(fs.Bsize) >= 1<<30
}
