package monitor

import (
	"strings"
	"testing"
)

func TestRendersAreBoundedByCoresAndMemory(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		cores  int
		memory uint64
		want   int
	}{
		{2, 8 * gib, 4},
		{2, 0, 4}, // unknown
		{8, 2 * gib, 3},
		{16, 64 * gib, 32},
		{4, gib / 2, 1}, // never none
	} {
		if have := rendersFor(c.cores, c.memory); have != c.want {
			t.Errorf("%d cores, %d MiB: have %d renders at once, want %d", c.cores, c.memory>>20, have, c.want)
		}
	}
}

func TestTotalMemoryIsReadFromProc(t *testing.T) {
	for text, want := range map[string]uint64{
		"MemTotal:       24576000 kB\nMemFree: 1 kB\n": 24576000 << 10,
		"MemFree: 1 kB\n":         0,
		"MemTotal: many\n":        0,
		"MemTotal: 1000000000 kB": 1000000000 << 10,
	} {
		if have := totalMemory(strings.NewReader(text)); have != want {
			t.Errorf("%q: have %d, want %d", text, have, want)
		}
	}
}
