package notify

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// TestFullDisk holds promise P11 of reliability.md on a real file system of 16 MiB, mounted for this test only: once not a byte can be
// written, an outage and a notice are told from memory within a minute; when there is room again they are on record, and the
// database is whole.
func TestFullDisk(t *testing.T) { targetstest.OnSmallDisk(t, 16, fullDiskStory) }

func fullDiskStory(t *testing.T, disk string) {
	o := newOffice(t, Options{})
	defer o.open()()
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	last := o.look(o.site, availability, looks[availability]["d"]) // that could be written
	fillDisk(t, o, disk)
	begun := time.Now()
	if _, err := o.Handle(t.Context(), last); !targets.CannotWrite(err) {
		t.Fatalf("have %v, want that nothing can be written", err)
	}
	for range 3 {
		if _, err := o.Handle(t.Context(), o.unsaved(availability, looks[availability]["d"])); err == nil {
			t.Fatal("have no error, want that nothing can be written")
		}
	}
	if err := o.Declare(t.Context(), Notice{Kind: NoticeDisk, Detail: "0%"}); !targets.CannotWrite(err) {
		t.Fatalf("have %v, want that nothing can be written", err)
	}
	o.await(2)
	t.Logf("told %v after the looks of a site that is down were handed over on a full disk", o.inbox.times[0].Sub(begun).Round(time.Millisecond))
	for n, want := range []string{"🟠 NGHIÊM TRỌNG: Không truy cập được (chưa ghi được sổ)", "⚠️ Ổ ĐĨA MÁY GIÁM SÁT SẮP ĐẦY"} {
		if have := o.inbox.all()[n]; !strings.HasPrefix(have.Title, want) || !strings.HasSuffix(have.Title, "(chưa ghi được sổ)") || !strings.Contains(have.Body, "Hãy dọn ổ đĩa ngay") {
			t.Errorf("have %+v, want %q and what to do", have, want)
		}
	}
	if late := o.inbox.times[0].Sub(begun); late > time.Minute {
		t.Errorf("have it told after %v, want it within a minute", late)
	}
	o.wantWhole("on the full disk")
	if list, err := o.Incidents(t.Context(), Filter{Quiet: true}); err != nil || len(list) != 0 {
		t.Errorf("have %+v (%v) on a full disk, want nothing written", list, err)
	}
	if err := os.Remove(ballast); err != nil { // as the program does
		t.Fatal(err)
	}
	if err := o.Declare(t.Context(), Notice{Kind: NoticeDisk, Until: time.Now()}); err != nil {
		t.Errorf("with room again: %v", err)
	}
	o.see(o.site, availability, "n n")
	if i := o.only(); i.Number == "" || i.State != Closed || !i.OpenedAt.Before(i.ClosedAt) {
		t.Errorf("have %+v, want what was told on record, and over", i)
	}
	for deadline := time.Now().Add(time.Minute); o.pending() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	told := strings.Join(o.inbox.titles()[2:], "\n")
	for _, want := range []string{"Ổ ĐĨA MÁY GIÁM SÁT", "ĐÃ"} {
		if !strings.Contains(told, want) || strings.Contains(told, "chưa ghi được sổ") {
			t.Errorf("have %q, want %q and every one of them on record", told, want)
		}
	}
	o.wantWhole("with room again")
}

// fillDisk writes until neither a file nor the database can take a byte.
func fillDisk(t *testing.T, o *office, disk string) {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		for b := make([]byte, size); err == nil || size == len(b); {
			if _, err = f.Write(b); err != nil {
				break
			}
		}
	}
	if !targets.CannotWrite(err) {
		t.Fatalf("have %v, want a full disk", err)
	}
	for err = nil; err == nil; {
		_, err = o.registry.DB().Write.Exec(`INSERT INTO notes (kind, day, at, words) VALUES ('filler', hex(randomblob(8)), 0, hex(randomblob(4000)))`)
	}
	if !targets.CannotWrite(err) {
		t.Fatalf("have %v, want a full database", err)
	}
}

// unsaved is a look that says one thing and that nobody could write down.
func (o *office) unsaved(c baseline.Concern, state string) baseline.Verdict {
	v := verdict(c, state)
	site := o.site
	site.Profile = brisk
	v.At = time.Now()
	v.Observation = monitor.Observation{Site: site, Depth: monitor.Render, At: v.At, Outcome: monitor.OK}
	if v.Availability == baseline.IsDown {
		v.Observation.Outcome, v.Observation.Cause = monitor.Down, monitor.CauseDNS
	}
	return v
}

// await waits until so many messages have arrived.
func (o *office) await(n int) {
	o.t.Helper()
	for deadline := time.Now().Add(time.Minute); len(o.inbox.all()) < n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.t.Fatalf("have %q, want %d messages", o.inbox.titles(), n)
		}
	}
}

func (o *office) wantWhole(when string) {
	o.t.Helper()
	var have string
	if err := o.registry.DB().Read.QueryRow(`PRAGMA integrity_check`).Scan(&have); err != nil || have != "ok" {
		o.t.Errorf("%s: the database is damaged: %s (%v)", when, have, err)
	}
}

// What cannot be written is sent for as long as it takes, in order, with what may have arrived marked.
func TestUnwrittenIsSentUntilItArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.inbox.behave(nil, func(Message) error { return errors.New("connection reset") })
		o.cry(t.Context(), time.Now(), func(targets.Language) Message { return Message{Title: "một", Body: "dài"} })
		o.cry(t.Context(), time.Now(), func(targets.Language) Message { return Message{Title: "hai"} })
		synctest.Wait()
		o.inbox.behave(func(m Message) error {
			if m.Body != "" {
				return &RefusedError{Reason: "bad markup"}
			}
			return nil
		}, nil)
		time.Sleep(time.Minute)
		o.inbox.behave(nil, nil)
		time.Sleep(10 * time.Minute)
		o.inbox.wantTitles(t, "một (chưa ghi được sổ)", "một (chưa ghi được sổ) (gửi lại)", "hai (chưa ghi được sổ)")
	})
}

func TestUnwrittenKeepsTheNewest(t *testing.T) {
	e := newEmergency()
	for n := range mostUnwritten + 5 {
		e.add(lane{"inbox", "trực"}, Message{Title: fmt.Sprint(n), Severity: Critical}, targets.Vietnamese)
	}
	if have := e.waiting; len(have) != mostUnwritten || have[0].message.Title != "5 (chưa ghi được sổ)" {
		t.Errorf("have %d from %s on, want the newest %d", len(have), have[0].message.Title, mostUnwritten)
	}
}

// Who is on duty is told at an address of their own, too, in their language.
func TestUnwrittenReachesPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mail := &inbox{}
		o := newOffice(t, Options{Carriers: map[string]Sender{"mail": mail}})
		defer o.open()()
		o.person("trucA", "mail")
		for range 4 {
			if _, err := o.Handle(t.Context(), o.unsaved(availability, looks[availability]["d"])); err == nil {
				t.Fatal("have no error, want that nothing is written down")
			}
		}
		synctest.Wait()
		for who, in := range map[string]*inbox{"the shared address": o.inbox, "the officer": mail} {
			in.wantTitles(t, "🟠 NGHIÊM TRỌNG: Không truy cập được (chưa ghi được sổ)")
			if t.Failed() {
				t.Fatalf("%s is not told as it should be", who)
			}
		}
	})
}

// What recovers while nothing can be written is told once, however long that lasts.
func TestUnwrittenRecoveryIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		for range 20 {
			if _, err := o.Handle(t.Context(), o.unsaved(availability, "up")); err == nil {
				t.Fatal("want that nothing is written")
			}
			time.Sleep(time.Minute)
		}
		o.inbox.wantTitles(t, "🟠 NGHIÊM TRỌNG: Không truy cập được", "✅ ĐÃ KHÔI PHỤC")
	})
}

// What was suspected before and was told from memory is on record afterwards, and so is its end.
func TestSuspectedBeforeTheDiskWasFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, availability, "d d")
		for range 2 {
			o.Handle(t.Context(), o.unsaved(availability, "down"))
		}
		synctest.Wait()
		time.Sleep(time.Minute)
		o.see(o.site, availability, "n n n")
		time.Sleep(time.Minute)
		t.Logf("%q", o.inbox.titles())
		if have := o.inbox.titles(); !strings.Contains(strings.Join(have[1:], "|"), "✅") && !strings.Contains(strings.Join(have[1:], "|"), "HẾT") {
			t.Errorf("have %q, want it said that it is over", have)
		}
	})
}

// A message that may have arrived is marked from then on, whenever that was.
func TestUnwrittenRepeatIsMarkedWheneverItMayHaveArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.inbox.behave(func(Message) error { return errOut }, nil)
		o.cry(t.Context(), time.Now(), func(targets.Language) Message { return Message{Title: "một"} })
		synctest.Wait()
		o.inbox.behave(nil, func(Message) error { return errors.New("connection reset") })
		time.Sleep(12 * time.Second)
		o.inbox.behave(nil, nil)
		time.Sleep(10 * time.Minute)
		o.inbox.wantTitles(t, "một (chưa ghi được sổ)", "một (chưa ghi được sổ) (gửi lại)")
	})
}

// One that the channel will never take does not hold up the others.
func TestUnwrittenPoisonBlocksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.inbox.behave(func(m Message) error {
			if strings.HasPrefix(m.Title, "độc") {
				return &RefusedError{Reason: "bad"}
			}
			return nil
		}, nil)
		o.cry(t.Context(), time.Now(), func(targets.Language) Message { return Message{Title: "độc"} })
		o.cry(t.Context(), time.Now(), func(targets.Language) Message { return Message{Title: "hai"} })
		time.Sleep(time.Minute)
		o.inbox.wantTitles(t, "hai (chưa ghi được sổ)")
	})
}
