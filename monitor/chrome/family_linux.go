package chrome

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// family finds the processes of a browser: those in the process group that it leads.
type family struct {
	group     int
	own       map[int]int  // and who their parents are
	strangers map[int]bool // so that each process of the machine is asked only once
}

func newFamily(group int) *family {
	return &family{group: group, own: map[int]int{}, strangers: map[int]bool{}}
}

// members lists the living ones.
func (f *family) members() []relative {
	present := map[int]bool{}
	var living []relative
	for _, pid := range processes() {
		present[pid] = true
		if f.strangers[pid] || !f.meet(pid) {
			continue
		}
		if resident := residentMemory(pid); resident > 0 { // 0 is one that ended and was not buried yet
			living = append(living, relative{pid: pid, parent: f.own[pid], kind: kindOf(pid), resident: resident})
		}
	}
	forget(f.own, present)
	forget(f.strangers, present)
	return living
}

// meet finds out whether a process belongs to the group. Its parent and its group are the second and third field after the
// name, which is in brackets and may hold anything (proc(5)).
func (f *family) meet(pid int) bool {
	if _, known := f.own[pid]; known {
		return true
	}
	line, err := os.ReadFile(procFile(pid, "stat"))
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(line, []byte(") "))
	fields := strings.Fields(string(rest))
	if len(fields) < 3 || fields[2] != strconv.Itoa(f.group) {
		f.strangers[pid] = true
		return false
	}
	f.own[pid], _ = strconv.Atoi(fields[1])
	return true
}

// forget removes those that are not there any more: their numbers are given to others.
func forget[T any](list map[int]T, present map[int]bool) {
	for pid := range list {
		if !present[pid] {
			delete(list, pid)
		}
	}
}

// processes lists all processes of the machine.
func processes() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func procFile(pid int, name string) string {
	return filepath.Join("/proc", strconv.Itoa(pid), name)
}

// kindOf tells what a process of Chromium is for: the service of a utility, "" for the browser itself.
func kindOf(pid int) (kind string) {
	line, _ := os.ReadFile(procFile(pid, "cmdline"))
	for word := range bytes.FieldsFuncSeq(line, func(r rune) bool { return r == 0 || r == ' ' }) {
		if value, ok := bytes.CutPrefix(word, []byte("--type=")); ok {
			kind = string(value)
		}
		if value, ok := bytes.CutPrefix(word, []byte("--utility-sub-type=")); ok {
			return string(value)
		}
	}
	return kind
}

// residentMemory returns the memory of a process in bytes: the second number of statm, in pages (proc(5)).
func residentMemory(pid int) int64 {
	text, _ := os.ReadFile(procFile(pid, "statm"))
	_, rest, _ := strings.Cut(string(text), " ")
	number, _, _ := strings.Cut(rest, " ")
	pages, _ := strconv.ParseInt(number, 10, 64)
	return pages * int64(os.Getpagesize())
}

// gone reports whether a process ended, buried or not.
func gone(pid int) bool { return residentMemory(pid) == 0 }

// proportionalMemory returns what a process takes in bytes, pages it shares divided by those who share them.
func proportionalMemory(pid int) int64 {
	text, _ := os.ReadFile(procFile(pid, "smaps_rollup"))
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "Pss:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// endProcess ends one process.
func endProcess(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }
