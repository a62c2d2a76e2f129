package chrome

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"canhcong/monitor"
)

const (
	// watchEvery is how often the browser is seen to: one that died is replaced within it and the time a start takes.
	watchEvery = time.Second
	// canaryEvery is how long nothing may be heard of looks before a page of our own is looked at.
	canaryEvery = time.Minute
	// worriedEvery is the same after a look failed.
	worriedEvery = 5 * time.Second
	// canaryDeadline bounds the look at it: 0.3 s is normal.
	canaryDeadline = 8 * time.Second
)

// canaryText is what our own page says.
const canaryText = "Canh Cổng vẫn nhìn thấy"

// canaryPage is the address of our own page. It needs no network.
var canaryPage = "data:text/html;charset=utf-8," + url.PathEscape("<!doctype html><title>Canh Cổng</title><h1>"+canaryText+"</h1>")

// Watch keeps a browser running until ctx ends: it starts one before anybody looks, replaces one that died or is worn, and
// looks at a page of our own when there were no looks for a minute or the last one failed, since a browser can hang
// without an error.
func (b *Browser) Watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var canary time.Time
	for {
		now := time.Now()
		if b.keep(now) && b.canaryDue(now, canary) {
			if err := b.canary(ctx); err != nil && ctx.Err() == nil {
				b.o.Log.Warn("chrome: a page of our own cannot be looked at", "err", err)
			}
			canary = time.Now()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// keep sees to it that a browser runs, and reports whether one does.
func (b *Browser) keep(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	if b.fresh(now) == nil && b.fortune.refuses(now) == nil {
		b.begin()
	}
	return b.current != nil
}

// canaryDue tells whether our own page should be looked at; last is when that ended.
func (b *Browser) canaryDue(now, last time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := canaryEvery
	if b.fortune.worrying() {
		wait = worriedEvery
	}
	return now.Sub(last) >= wait && now.Sub(b.fortune.success) >= wait
}

// canary looks at our own page as at any other.
func (b *Browser) canary(ctx context.Context) error {
	_, err := b.try(ctx, monitor.RenderRequest{URL: canaryPage}, time.Now().Add(canaryDeadline), func(got monitor.Rendering) error {
		for _, block := range got.Blocks {
			if strings.Contains(block.Text, canaryText) && len(got.Screenshot) > 0 {
				return nil
			}
		}
		return fmt.Errorf("our own page was not seen (net error %q, partial %q): %w", got.NetError, got.Partial, errBlind)
	})
	return err
}

// errBlind says that the browser answers and shows nothing.
var errBlind = errors.New("the browser does not show what there is")
