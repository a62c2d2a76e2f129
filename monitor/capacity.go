package monitor

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
)

// renderMemory is what one render may need while it lasts: a heavy portal's renderer and its share of the browser, in bytes.
const renderMemory = 384 << 20

// browserMemory is what the browser and this program need beside renders, in bytes.
const browserMemory = 768 << 20

// rendersFor is how many renders a machine carries at once: two per core, since a look waits for the network half of its
// time and more only stretch the slowest (measured), as far as there is memory for them. memory is in bytes, 0 when unknown.
func rendersFor(cores int, memory uint64) int {
	n := 2 * cores
	if memory > 0 {
		n = min(n, int((memory-min(memory, browserMemory))/renderMemory))
	}
	return max(1, n)
}

// memoryOfMachine is how much memory this process may use: what its control group allows, or what the machine has. It is 0
// where neither can be read.
func memoryOfMachine() uint64 {
	machine := uint64(0)
	if f, err := os.Open("/proc/meminfo"); err == nil {
		defer f.Close()
		machine = totalMemory(f)
	}
	limit, err := os.ReadFile("/sys/fs/cgroup/memory.max") // of our own group where a service or a container sets one
	if err != nil {
		return machine
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(string(limit)), 10, 64); err == nil && (machine == 0 || n < machine) {
		return n
	}
	return machine
}

// totalMemory reads the line "MemTotal: 24576000 kB" (proc(5)).
func totalMemory(r io.Reader) uint64 {
	for s := bufio.NewScanner(r); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "MemTotal:"); ok {
			kb, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 54)
			if err != nil {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}
