package chrome

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor"
)

// TestKilledAtRandom ends a random process of the browser while two sites are looked at, every other round: no site misses
// two looks one after another, no look says anything false, and nothing stays behind. KILLS=100 makes it a hundred kills.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	kills := 10
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		kills = n
	}
	const text = "Cổng thông tin"
	url := site{"/": markup(`<style>h1{color:#a00}</style><h1>` + text + `</h1><p id="p"></p><script src="/s.js"></script>`), "/s.js": script(`document.getElementById('p').textContent='đủ'`)}.serve(t)
	b, err := New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	groups := map[int]bool{}
	missed, missedInARow := 0, [2]int{}
	for round := range 2 * kills {
		var wg sync.WaitGroup
		var errs [2]error
		for i := range errs {
			wg.Go(func() {
				var got monitor.Rendering
				got, errs[i] = b.Render(context.Background(), monitor.RenderRequest{URL: url, Deadline: 30 * time.Second})
				if errs[i] != nil {
					return
				}
				if have := visible(got.Page); got.Status != 200 || got.NetError != "" || got.Partial == "" && (!strings.Contains(have, text) || !strings.Contains(have, "đủ")) {
					t.Errorf("round %d: false: status %d, net error %q, partial %q, text %q (seed %d)", round, got.Status, got.NetError, got.Partial, have, seed)
				}
			})
		}
		time.Sleep(time.Duration(random.IntN(600)) * time.Millisecond)
		// At most one kill per interval: one that comes after its round's looks falls on those of the next, which has none.
		if group := b.pid(); group != 0 && round%2 == 0 {
			groups[group] = true
			if living := newFamily(group).members(); len(living) > 0 {
				victim := living[random.IntN(len(living))]
				t.Logf("round %d: ends %d %q of %d", round, victim.pid, victim.kind, len(living))
				_ = syscall.Kill(victim.pid, syscall.SIGKILL)
			}
		}
		wg.Wait()
		for i, err := range errs {
			if err == nil {
				missedInARow[i] = 0
				continue
			}
			missed++
			t.Logf("round %d: site %d missed: %v", round, i, err)
			if missedInARow[i]++; missedInARow[i] > 1 {
				t.Errorf("round %d: site %d missed looks one after another: %v (seed %d)", round, i, err, seed)
			}
		}
	}
	h := b.Health()
	t.Logf("%d kills: %d looks missed, %d restarts", kills, missed, h.Restarts)
	if err := b.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	for group := range groups {
		noProcessesLeft(t, group)
	}
}
