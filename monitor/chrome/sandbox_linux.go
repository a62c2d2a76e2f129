package chrome

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// verifiable says that the kernel can be asked how a process is locked up.
const verifiable = true

// renderers lists the processes that show pages in the process group of a browser.
func renderers(group int) []int {
	var found []int
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte("--type=renderer")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && groupOf(pid) == group {
			found = append(found, pid)
		}
	}
	return found
}

// groupOf returns the process group of a process, 0 when it is gone. Its name, in brackets, can hold anything (proc(5)).
func groupOf(pid int) int {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 3 {
		return 0
	}
	group, _ := strconv.Atoi(fields[2])
	return group
}

// lockupOf reads how a process is locked up. Chromium gives renderers a user namespace and in it a process namespace, or with
// its setuid helper the latter only. NSpid lists the numbers that a process has in the namespaces below ours.
func lockupOf(pid int) lockup {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	var l lockup
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		switch words := strings.Fields(value); name {
		case "Seccomp":
			l.seccomp = len(words) == 1 && words[0] == "2"
		case "NSpid":
			l.isolated = len(words) > 1
		}
	}
	return l
}
