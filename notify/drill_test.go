package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// TestDrill practises a defacement beside a real outage: it goes the whole way, under a number of its own, and counts nowhere.
func TestDrill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		if _, err := o.Drill(t.Context(), o.site.ID, content, "quantri"); !errors.Is(err, ErrNeverLooked) {
			t.Errorf("have %v, want ErrNeverLooked", err)
		}
		if _, err := o.Drill(t.Context(), 99, content, "quantri"); !errors.Is(err, targets.ErrNotFound) {
			t.Errorf("have %v, want ErrNotFound", err)
		}
		seen := o.paint()
		i, err := o.Drill(t.Context(), o.site.ID, content, "quantri")
		if err != nil || i.Number != "DT-2000-0001" || !i.Drill || i.Severity != Critical {
			t.Fatalf("have %+v, %v", i, err)
		}
		if again, err := o.Drill(t.Context(), o.site.ID, content, "quantri"); err != nil || again.ID != i.ID {
			t.Errorf("have %+v, %v, want the drill that goes on", again, err)
		}
		synctest.Wait()
		for range 3 {
			if _, err := o.Handle(t.Context(), seen()); err != nil { // the real thing, at the same time
				t.Fatal(err)
			}
		}
		synctest.Wait()
		for _, f := range []Filter{{}, {Live: true}, {Quiet: true}} {
			if list, err := o.Incidents(t.Context(), f); err != nil || len(list) != 1 || list[0].Number != "SC-2000-0001" {
				t.Errorf("%+v: have %+v, %v, want the real one only", f, list, err)
			}
		}
		if list, err := o.Incidents(t.Context(), Filter{Drills: true}); err != nil || len(list) != 2 {
			t.Errorf("have %d, %v, want the drill as well", len(list), err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := o.Acknowledge(t.Context(), i.ID, "truca"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Verify(t.Context(), i.ID, FoundReal, "truca", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		over, err := o.Fix(t.Context(), i.ID, "truca", "đã làm theo kịch bản")
		if err != nil || over.State != Closed || over.CloseReason != Practised {
			t.Fatalf("have %+v, %v", over, err)
		}
		synctest.Wait()
		told := 0
		for _, m := range o.inbox.all() {
			if !strings.Contains(m.Title+m.Body, "DT-2000-0001") {
				continue
			}
			if told++; !strings.HasPrefix(m.Title, "DIỄN TẬP · ") {
				t.Errorf("have %q, want it marked as a drill", m.Title)
			}
			if strings.Contains(m.Body, "Hacked") {
				t.Errorf("the drill tells what is real: %s", m.Body)
			}
			if strings.Contains(m.Title, "KẾT THÚC") && !strings.Contains(m.Body, "Khắc phục: 13 phút") && !strings.Contains(m.Body, "Khắc phục: 1") {
				t.Errorf("have %s, want how long it took", m.Body)
			}
		}
		if told < 4 {
			t.Errorf("have %d messages about the drill: %q", told, o.inbox.titles())
		}
	})
}

func TestADrillThatNobodyEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.paint()
		i, err := o.Drill(t.Context(), o.site.ID, baseline.ConcernAvailability, "quantri")
		if err != nil {
			t.Fatal(err)
		}
		o.see(o.site, availability, "n n n")
		for after, want := range map[time.Duration]State{longestDrill - time.Minute: Open, longestDrill: Closed} {
			o.attend(t.Context(), i.OpenedAt.Add(after))
			if want == Open {
				continue
			}
			if now, err := o.Incident(t.Context(), i.ID); err != nil || now.State != want {
				t.Errorf("after %v: have %s, %v, want %s", after, now.State, err, want)
			}
		}
		if _, err := o.Drill(t.Context(), o.site.ID, baseline.ConcernAvailability, "quantri"); err != nil {
			t.Fatal(err)
		}
		if err := o.Retire(t.Context(), o.site.ID, "quantri"); err != nil {
			t.Fatal(err)
		}
		if list, _ := o.Incidents(t.Context(), Filter{Live: true, Drills: true}); len(list) != 0 {
			t.Errorf("have %+v, want the drill to end with its site", list)
		}
	})
}

// TestDrillAmongReal has a channel come back to a drill among real outages: it is told by itself, and counted nowhere.
func TestDrillAmongReal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.paint()
		o.piled("p", 3, 3, 2*time.Minute)
		if _, err := o.Drill(t.Context(), o.site.ID, availability, "quantri"); err != nil {
			t.Fatal(err)
		}
		o.piled("q", 2, 2, 2*time.Minute)
		shut := o.open()
		synctest.Wait()
		want := []string{"📋 Hiện tại: 5 cổng gián đoạn", "DIỄN TẬP · 🟠 NGHIÊM TRỌNG: Không truy cập được"}
		if have := o.inbox.titles(); !slices.Equal(have, want) {
			t.Errorf("have %q\nwant %q", have, want)
		}
		shut()
		after, err := o.Summary(t.Context())
		if err != nil || after.Sent != 1 || after.Begun != 5 || len(after.Live) != 5 {
			t.Errorf("have %d told, %d begun, %d open (%v), want the one message that told of five", after.Sent, after.Begun, len(after.Live), err)
		}
	})
}

// A drill that is over does not stand between an attack and its recurrence.
func TestRecurrenceBehindADrill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		seen := o.paint()
		for range 2 {
			if _, err := o.Handle(t.Context(), seen()); err != nil {
				t.Fatal(err)
			}
		}
		o.see(o.site, content, "n n")
		first := o.only()
		i, err := o.Drill(t.Context(), o.site.ID, content, "quantri")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Fix(t.Context(), i.ID, "truca", "xong"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := o.Handle(t.Context(), seen()); err != nil {
				t.Fatal(err)
			}
		}
		if again, err := o.Incident(t.Context(), first.ID); err != nil || again.State != Open || again.Recurrences != 1 {
			t.Errorf("have %s, %d recurrences (%v), want %s to go on", again.State, again.Recurrences, err, first.Number)
		}
	})
}
