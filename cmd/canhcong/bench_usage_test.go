package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// usage is what a process and everything it started used and hold.
type usage struct {
	own   time.Duration // processor time of the process itself
	whole time.Duration // and of all its descendants, those that have ended too
	pss   int64         // bytes of memory, what is shared counted once; 0 unless asked for
}

func (u usage) since(before usage) usage {
	return usage{u.own - before.own, u.whole - before.whole, u.pss}
}

// meter adds up what a process and everything it started use. A browser that is replaced takes what it used along when nobody
// waited for every process of it: what /proc still shows falls then, and the fall is left out. Read often, little is lost.
type meter struct {
	root      int
	sum, last usage
}

func meterOf(b *testing.B, root int) meter {
	b.Helper()
	return meter{root: root, last: usageOf(b, root, false)}
}

// read returns what was used since the meter was made, and the memory that is held now.
func (m *meter) read(b *testing.B) usage {
	b.Helper()
	now := usageOf(b, m.root, true)
	m.sum.own += max(0, now.own-m.last.own)
	m.sum.whole += max(0, now.whole-m.last.whole)
	m.sum.pss, m.last = now.pss, now
	return m.sum
}

// usageOf reads /proc. Time of a process that has ended is counted with the one that waited for it.
func usageOf(b *testing.B, root int, memory bool) usage {
	b.Helper()
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	all := map[int]processState{}
	for _, file := range files {
		if p, ok := readState(file); ok {
			all[p.pid] = p
		}
	}
	if _, ok := all[root]; !ok {
		b.Fatalf("process %d, which is measured, is not in /proc", root)
	}
	var u usage
	for pid, p := range all {
		if pid == root {
			u.own = p.own
		}
		if !descends(all, pid, root) {
			continue
		}
		u.whole += p.own + p.waited
		if memory {
			u.pss += proportional(pid)
		}
	}
	return u
}

// processState is a line of /proc/PID/stat.
type processState struct {
	pid, parent int
	own, waited time.Duration // processor time, and that of the children it waited for
}

// readState reads one. The file is gone when the process is.
func readState(file string) (p processState, ok bool) {
	line, err := os.ReadFile(file)
	if err != nil {
		return p, false
	}
	pid, rest, _ := strings.Cut(string(line), " ")
	p.pid, _ = strconv.Atoi(pid)
	fields := strings.Fields(rest[strings.LastIndexByte(rest, ')')+1:]) // from field 3 of proc(5) on
	if len(fields) < 15 {
		return p, false
	}
	p.parent, _ = strconv.Atoi(fields[1])
	ticks := func(i int) time.Duration {
		n, _ := strconv.Atoi(fields[i])
		return time.Duration(n) * 10 * time.Millisecond // USER_HZ is 100 on every Linux
	}
	p.own, p.waited = ticks(11)+ticks(12), ticks(13)+ticks(14)
	return p, true
}

func descends(all map[int]processState, pid, root int) bool {
	for range all {
		if pid == root {
			return true
		}
		p, ok := all[pid]
		if !ok {
			return false
		}
		pid = p.parent
	}
	return false
}

// proportional is the proportional set size of a process.
func proportional(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0 // it has ended
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
