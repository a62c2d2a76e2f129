package notify

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// server adds portals that one server carries, and sixty others that have nothing in common.
func (o *office) server(carries int) (sites []targets.Site) {
	for n := range carries {
		sites = append(sites, o.met(fmt.Sprintf("https://p%d.tinhmau.gov.vn", n), "203.0.113.7"))
	}
	for n := range 60 {
		o.met(fmt.Sprintf("https://q%02d.tinhmau.gov.vn", n), fmt.Sprintf("198.51.%d.1", n))
	}
	return sites
}

// A portal that goes down after the clock was set back is told with its group.
func TestGroupTellsAfterTheClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		sites := o.server(8)
		defer o.open()()
		for range 2 {
			for _, site := range sites[:6] {
				o.find(site, "d")
			}
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		o.exec(`UPDATE incident_groups SET opened_at = opened_at + 86400000, grown_at = grown_at + 86400000, told_at = told_at + 86400000`)
		before := len(o.inbox.all())
		o.find(sites[6], "d")
		time.Sleep(10 * time.Second)
		o.find(sites[6], "d")
		time.Sleep(20 * time.Minute)
		if have := o.inbox.all()[before:]; len(have) == 0 {
			t.Errorf("the portal that went down after the clock was set back is not told")
		}
	})
}

// A portal whose look waited for the database while the message about its group left is told of with the next one.
func TestGroupTellsOfWhoWaitedForTheWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		sites := o.server(8)
		for range 2 {
			for _, site := range sites[:6] {
				o.find(site, "d")
			}
		}
		o.find(sites[6], "d")
		v := o.look(sites[6], availability, "down")
		v.Observation.Site.Profile = swift
		tx, err := o.registry.DB().Write.Begin()
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { _, err := o.Handle(t.Context(), v); done <- err }()
		time.Sleep(20 * time.Second)
		if _, err := tx.Exec(`UPDATE alerts SET sent_at = ? WHERE about_kind = 'group'`, targets.Millis(time.Now())); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if o.pending() == 0 {
			t.Error("the seventh portal is told by nobody")
		}
	})
}

// A server that fails twice in a night is one message each time.
func TestSecondOutageOfAServerIsAGroupAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		sites := o.server(6)
		defer o.open()()
		for range 2 {
			for _, state := range []string{"d", "d", "n", "n"} {
				for _, site := range sites {
					o.find(site, state)
					time.Sleep(time.Second)
				}
				time.Sleep(time.Minute)
			}
			time.Sleep(time.Hour)
		}
		o.inbox.wantTitles(t, "🟠 NGHIÊM TRỌNG: 6 cổng", "✅ ĐÃ KHÔI PHỤC: 6 cổng", "🟠 NGHIÊM TRỌNG: 6 cổng", "✅ ĐÃ KHÔI PHỤC: 6 cổng")
		var left int
		if err := o.registry.DB().Read.QueryRow(`SELECT count(*) FROM incident_bonds`).Scan(&left); err != nil || left != 0 {
			t.Errorf("have %d bonds (%v), want none of what is over", left, err)
		}
	})
}
