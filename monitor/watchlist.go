package monitor

import (
	"context"
	"fmt"
	"sync"
	"time"

	"canhcong/targets"
)

// watchlist is the list of watched sites as it was last read. It is read again only when the registry has another edition of
// it: at 20,000 sites reading costs more than everything else that the dispatcher does.
type watchlist struct {
	registry *targets.Registry

	mu   sync.Mutex // held while reading, so that the list is read once for all who ask
	last *watching
}

// watching is one edition of the list. It never changes.
type watching struct {
	edition string
	sites   map[int64]watchedSite
	hosts   map[string]int // sites on each host
	longest time.Duration  // between two ordinary looks at any site
}

// watchedSite is a site with what its looks ask for all the time.
type watchedSite struct {
	targets.Site
	host string
}

// current returns the list as it is now.
func (w *watchlist) current(ctx context.Context) (*watching, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	edition, err := w.registry.Edition(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for changes of the sites to watch: %w", err)
	}
	if w.last != nil && w.last.edition == edition {
		return w.last, nil
	}
	list, err := w.registry.Sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sites to watch: %w", err)
	}
	w.last = newWatching(edition, list)
	return w.last, nil
}

func newWatching(edition string, list []targets.Site) *watching {
	w := &watching{edition: edition, sites: make(map[int64]watchedSite, len(list)), hosts: map[string]int{}, longest: time.Hour}
	for _, s := range list {
		host := bareHost(s.URL)
		w.sites[s.ID] = watchedSite{s, host}
		w.hosts[host]++
		w.longest = max(w.longest, s.Profile.ProbeEvery, s.Profile.RenderEvery)
	}
	return w
}

// changed returns the sites that are new since an earlier edition, or are to be looked at at another pace.
func (w *watching) changed(before *watching) (list []watchedSite) {
	for id, s := range w.sites {
		if before != nil {
			if was, known := before.sites[id]; known && samePace(was.Profile, s.Profile) {
				continue
			}
		}
		list = append(list, s)
	}
	return list
}

func samePace(a, b targets.Profile) bool {
	return a.ProbeEvery == b.ProbeEvery && a.RenderEvery == b.RenderEvery
}
