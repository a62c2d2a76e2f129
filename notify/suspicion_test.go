package notify

import (
	"testing"
	"testing/synctest"
	"time"
)

// A suspicion that came to nothing is forgotten after 90 days, with its timeline, and the verdicts that it rests on are free; what
// people were told of stays.
func TestForgetSuspicions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d n")
		o.see(o.site, content, "d d n n")
		time.Sleep(60 * 24 * time.Hour)
		o.see(o.site, availability, "d n")
		time.Sleep(31 * 24 * time.Hour)
		if n, err := o.ForgetSuspicions(t.Context(), time.Now()); err != nil || n != 1 {
			t.Fatalf("have %d forgotten (%v), want one", n, err)
		}
		list, err := o.Incidents(t.Context(), Filter{Quiet: true})
		if err != nil || len(list) != 2 || list[0].State != Dropped || list[1].State != Closed {
			t.Errorf("have %+v (%v), want the newer suspicion and the incident", list, err)
		}
		if events, err := o.Timeline(t.Context(), 1); err != nil || len(events) != 0 {
			t.Errorf("have %v (%v), want no timeline of what is forgotten", events, err)
		}
		if _, err := o.registry.DB().Write.Exec(`DELETE FROM verdicts WHERE id = 1`); err != nil {
			t.Errorf("its verdict is still held: %v", err)
		}
	})
}
