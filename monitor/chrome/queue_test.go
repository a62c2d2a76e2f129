package chrome

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2)
		var served, refused, gaveUp atomic.Int32
		ctx, cancel := context.WithCancel(t.Context())
		enter := func(ctx context.Context, takes time.Duration) {
			leave, err := q.enter(ctx)
			switch {
			case err == nil:
				served.Add(1)
				time.Sleep(takes)
				leave()
			case errors.Is(err, ErrBusy):
				refused.Add(1)
			default:
				gaveUp.Add(1)
			}
		}
		for range 2 {
			go enter(t.Context(), time.Minute)
		}
		synctest.Wait()
		go enter(ctx, 0)
		time.Sleep(time.Second)
		for range 2 * waitersPerLook {
			go enter(t.Context(), 0)
		}
		synctest.Wait()
		running, waiting, oldest := q.length(time.Now())
		if running != 2 || waiting != 2*waitersPerLook || oldest != time.Second || refused.Load() != 1 {
			t.Errorf("have %d running, %d waiting for %v, %d refused", running, waiting, oldest, refused.Load())
		}
		cancel()
		synctest.Wait()
		if gaveUp.Load() != 1 {
			t.Errorf("have %d that gave up, want 1", gaveUp.Load())
		}
		time.Sleep(waitLimit)
		synctest.Wait()
		if _, waiting, _ := q.length(time.Now()); waiting != 0 || refused.Load() != 2*waitersPerLook {
			t.Errorf("after the limit: have %d waiting, %d refused", waiting, refused.Load())
		}
		time.Sleep(time.Minute)
		if running, _, _ := q.length(time.Now()); running != 0 || served.Load() != 2 {
			t.Errorf("in the end: have %d running, %d served", running, served.Load())
		}
	})
}
