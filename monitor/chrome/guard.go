package chrome

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// guardEvery is how often the processes are looked through while a look is under way: a bomb grows by 0.8 GB a second
	// (measured). A round takes 0.3 ms.
	guardEvery = 150 * time.Millisecond
	// idleEvery is the same while nobody looks.
	idleEvery = 2 * time.Second
	// weighEvery is how often the memory of all processes is measured, which takes some milliseconds.
	weighEvery = 30 * time.Second
	// settledAfter is how long a child of a zygote must have been one itself before its end means anything: the renderers it
	// forks bear its name at first.
	settledAfter = time.Second
)

// Kinds of Chromium's processes, as their command lines tell them.
const (
	kindZygote   = "zygote"
	kindRenderer = "renderer"
	kindGPU      = "gpu-process"
	kindNetwork  = "network.mojom.NetworkService"
)

// relative is a process of a browser.
type relative struct {
	pid      int
	parent   int
	kind     string
	resident int64 // bytes of memory
}

// guard watches the processes of one browser. It ends the renderer of a page that fills the memory, notes which of the
// processes that every look needs died, since a look that was under way then cannot be trusted, and ends the browser when
// it has lost a zygote: every tab opened after that hangs without an error (measured). The others are started again by
// Chromium itself.
type guard struct {
	limit int64
	log   *slog.Logger
	fatal atomic.Bool // the browser was ended

	mu     sync.Mutex
	family *family
	known  map[int]known
	lost   losses
}

// known is what is known of a process.
type known struct {
	kind   string
	parent int
	since  time.Time
	ended  bool // by us
}

// losses are the processes that ended before their time.
type losses struct {
	vital   int // that every look needs
	bloated int // renderers that were ended because of the memory they took
}

func newGuard(group int, limit int64, log *slog.Logger) *guard {
	return &guard{limit: limit, log: log, family: newFamily(group), known: map[int]known{}}
}

// losses returns what was lost so far.
func (g *guard) losses() losses {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lost
}

// round looks through the processes once.
func (g *guard) round(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	living := g.family.members()
	present := make(map[int]bool, len(living))
	for _, r := range living {
		present[r.pid] = true
		k := g.known[r.pid]
		if k.kind != r.kind || k.since.IsZero() {
			k = known{kind: r.kind, parent: r.parent, since: now}
		}
		if r.kind == kindRenderer && r.resident > g.limit && !k.ended {
			k.ended = true
			g.log.Warn("chrome: a page takes too much memory", "pid", r.pid, "mb", r.resident>>20)
			endProcess(r.pid)
			g.lost.bloated++
		}
		g.known[r.pid] = k
	}
	for pid, k := range g.known {
		if !present[pid] {
			delete(g.known, pid)
			g.mourn(pid, k, now)
		}
	}
}

// mourn notes the end of a process.
func (g *guard) mourn(pid int, k known, now time.Time) {
	switch k.kind {
	case kindZygote:
		if k.parent != g.family.group && now.Sub(k.since) < settledAfter {
			return
		}
		g.log.Warn("chrome: a zygote died, its browser goes", "pid", pid)
		g.fatal.Store(true)
		killGroup(g.family.group)
	case kindGPU, kindNetwork:
		g.log.Warn("chrome: a process died", "pid", pid, "kind", k.kind)
	default:
		return
	}
	g.lost.vital++
}

// watch guards the processes of a browser until it ends.
func (p *process) watch() {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	var round, weighed time.Time
	heavy := 0 // measurements in a row that were too much: pages may add up for a moment
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		if p.active.Load() == 0 && now.Sub(round) < idleEvery {
			continue
		}
		p.guard.round(now)
		round = now
		if now.Sub(weighed) < weighEvery {
			continue
		}
		weighed = now
		p.memory.Store(p.guard.weigh())
		if heavy++; p.memory.Load() <= maxMemory {
			heavy = 0
		}
		if heavy >= 2 {
			p.tired.Store(true)
		}
	}
}

// weigh returns the memory of all processes in bytes.
func (g *guard) weigh() (total int64) {
	g.mu.Lock()
	pids := make([]int, 0, len(g.known))
	for pid := range g.known {
		pids = append(pids, pid)
	}
	g.mu.Unlock()
	for _, pid := range pids {
		total += proportionalMemory(pid)
	}
	return total
}
