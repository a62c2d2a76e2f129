package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"canhcong/monitor"
)

// repeated is what many looks at one unchanged page came to.
type repeated struct {
	Page     string
	Looks    int
	RealTime int
	Missed   int // looks that brought back no page of the site
	Loud     int // single looks that were loud
	Alerts   int // of those, confirmed by a second look: people would have been told
	Evidence string
}

// realTimeEvery is how often production looks in real time, because a page can tell.
const realTimeEvery = 20

// repeat looks again and again at the pages that a case leaves as they are, after learning each once. Any alert is false.
func (a *app) repeat(c evaluateCommand, cases []evaluation) error {
	pages := unchanged(cases)
	if len(pages) == 0 {
		return errors.New("no case leaves its page as it is: there is nothing to look at repeatedly")
	}
	c.Keep = "" // what was kept cannot move
	run, err := a.newEvaluator(c, nil, len(pages)*c.Repeat)
	if err != nil {
		return err
	}
	list, err := run.repeatAll(a.ctx, pages, c.Repeat, c.Workers)
	if err := errors.Join(err, run.close()); err != nil {
		return err
	}
	return printRepeated(a.out, list)
}

// unchanged returns a case for each page that a case shows again as it was.
func unchanged(cases []evaluation) (list []evaluation) {
	for _, group := range groupByBaseline(cases) {
		i := slices.IndexFunc(group, func(e evaluation) bool {
			return e.Expect == "quiet" && e.After == e.Baseline && e.AfterEntry == e.BaselineEntry
		})
		if i >= 0 {
			list = append(list, group[i])
		}
	}
	return list
}

func (r *evaluator) repeatAll(ctx context.Context, pages []evaluation, times, workers int) ([]repeated, error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(workers, 1))
	list := make([]repeated, len(pages))
	var mu sync.Mutex
	done := 0
	for i, e := range pages {
		g.Go(func() (err error) {
			list[i], err = r.again(ctx, e, times, func() {
				mu.Lock()
				defer mu.Unlock()
				done++
				if done%100 == 0 {
					fmt.Fprintf(r.out, "%5d of %d looks, %.0f s\n", done, len(pages)*times, time.Since(r.begun).Seconds())
				}
			})
			return err
		})
	}
	return list, g.Wait()
}

// again learns one page and looks at it a number of times.
func (r *evaluator) again(ctx context.Context, e evaluation, times int, tell func()) (repeated, error) {
	sum := repeated{Page: e.Baseline + "/" + e.BaselineEntry}
	l, err := r.learn(ctx, e)
	if err != nil {
		return sum, err
	}
	for sum.Looks < times && ctx.Err() == nil {
		realTime := sum.Looks%realTimeEvery == realTimeEvery-1
		o, err := r.look(ctx, l.site, realTime, "")
		if err != nil {
			return sum, err
		}
		sum.Looks++
		if realTime {
			sum.RealTime++
		}
		if o.Outcome != monitor.OK {
			sum.Missed++
		}
		if err := r.confirm(ctx, l, o, &sum); err != nil {
			return sum, err
		}
		tell()
	}
	return sum, ctx.Err()
}

// confirm judges a look, and looks a second time where it is loud.
func (r *evaluator) confirm(ctx context.Context, l lesson, o monitor.Observation, sum *repeated) error {
	v := l.judge(o)
	if !isLoud(v.Content) {
		return nil
	}
	sum.Loud++
	sum.Evidence = codes(v)
	second, err := r.look(ctx, l.site, false, "")
	if err == nil && isLoud(l.judge(second).Content) {
		sum.Alerts++
	}
	return err
}

// printRepeated prints a row per page. No alert in n looks bounds the rate by 3/n (95 %, rule of three).
func printRepeated(out io.Writer, list []repeated) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "page\tlooks\treal time\tno page\tloud\talerts\tevidence\t")
	all := repeated{Page: "all"}
	for _, r := range list {
		all.Looks, all.RealTime, all.Missed = all.Looks+r.Looks, all.RealTime+r.RealTime, all.Missed+r.Missed
		all.Loud, all.Alerts = all.Loud+r.Loud, all.Alerts+r.Alerts
	}
	for _, r := range append(list, all) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t\n", r.Page, r.Looks, r.RealTime, r.Missed, r.Loud, r.Alerts, r.Evidence)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if all.Alerts > 0 {
		return fmt.Errorf("%d of %d looks at unchanged pages would have told people", all.Alerts, all.Looks)
	}
	return nil
}
