package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// piled leaves a number of outages in the outbox, one every so often, of which the first few last.
func (o *office) piled(name string, outages, lasting int, every time.Duration) {
	for n := range outages {
		site := o.add(fmt.Sprintf("https://%s%03d.tinhmau.gov.vn", name, n))
		o.see(site, availability, "d d d d")
		if n >= lasting {
			o.see(site, availability, "n n")
		}
		time.Sleep(every)
	}
}

// TestBacklog keeps the channel away for six hours in which 40 outages begin, most of which end, and two portals are defaced.
// All of it arrives within ten minutes, in few messages, the defacements each by itself.
// CANHCONG_TEST_OUTAGES=240 is the promise P3 in full, which make test runs as well; under the race detector it takes many minutes.
func TestBacklog(t *testing.T) {
	outages := 40
	if text := os.Getenv("CANHCONG_TEST_OUTAGES"); text != "" {
		if _, err := fmt.Sscan(text, &outages); err != nil {
			t.Fatal(err)
		}
	}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	for _, test := range []struct {
		name string
		away func(ctx context.Context) error
		half int // of the outages
	}{
		{"who knows", func(context.Context) error { return errors.New("502 Bad Gateway") }, outages / 2},
		{"refused", func(context.Context) error { return errOut }, 10},
		{"reset", func(context.Context) error { return reset }, 10},
		{"hanging", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 10},
		{"patience", func(context.Context) error { return &RetryAfterError{After: 5 * time.Minute} }, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var away atomic.Bool
				away.Store(true)
				in := &inbox{}
				o := newOffice(t, Options{Channels: []Channel{{Name: "inbox", Recipient: "trực", Sender: sending(func(ctx context.Context, m Message) (Receipt, error) {
					if away.Load() {
						return Receipt{}, test.away(ctx)
					}
					return in.Send(ctx, m)
				})}}})
				o.inbox = in
				defer o.open()()
				every := 3 * time.Hour / time.Duration(test.half)
				o.piled("p", test.half, 0, every)
				o.see(o.site, content, "s d")
				o.see(o.add("https://q.tinhmau.gov.vn"), content, "s d")
				o.piled("r", test.half, test.half/10, every)
				away.Store(false)
				back := time.Now()
				time.Sleep(10 * time.Minute)
				checkBacklog(t, o, test.half, back)
			})
		})
	}
}

func checkBacklog(t *testing.T, o *office, half int, back time.Time) {
	t.Helper()
	all := o.inbox.all()
	texts := slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return strings.HasPrefix(m.Title, "Đã duyệt") })
	if len(all) > 10 || len(texts) != 3 || o.pending() != 0 {
		t.Fatalf("have %q, %d pending, want two defacements and one for all outages", o.inbox.titles(), o.pending())
	}
	for n := range 2 {
		if want := fmt.Sprintf("SC-2000-%04d", half+1+n); !strings.Contains(texts[n].Body, want) || !strings.Contains(texts[n].Title, "thay đổi giao diện") {
			t.Errorf("message %d: have %q, want %s by itself and first", n, texts[n].Title, want)
		}
	}
	lasting := half / 10
	last := texts[2]
	if want := fmt.Sprintf("📋 Hiện tại: %d cổng gián đoạn, %d đã khôi phục trong thời gian mất liên lạc", lasting, 2*half-lasting); !strings.HasPrefix(last.Title, want) {
		t.Errorf("have %q, want %q", last.Title, want)
	}
	lines := strings.Split(last.Body, "\n")[1:]
	if last.File != nil {
		lines = strings.Split(strings.TrimSpace(string(last.File.Content)), "\r\n")
	}
	if len(lines) != 2*half {
		t.Errorf("have %d lines, want one for each of %d", len(lines), 2*half)
	}
	was := ""
	for n, line := range lines {
		number := line[len(line)-len("SC-2000-0000"):]
		if n == lasting {
			was = ""
		}
		if number <= was || strings.Contains(line, "✅") != (n >= lasting) {
			t.Errorf("line %d: have %q after %q, want what stands first, each in order", n, line, was)
		}
		was = number
	}
	alerts, err := o.RecentAlerts(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	slowest := back
	for _, a := range alerts {
		if slowest = later(slowest, a.SentAt); a.SentAt.IsZero() {
			t.Errorf("alert %d is not accounted for: %+v", a.ID, a)
		}
	}
	t.Logf("%d alerts in %d messages, the last %v after the channel was back", len(alerts), len(all), slowest.Sub(back))
}

// What is urgent passes while a message that is not hangs, and passes first when the channel has asked for patience.
func TestUrgentFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		var hang atomic.Bool
		hang.Store(true)
		o := newOffice(t, Options{Channels: []Channel{{Name: "inbox", Recipient: "trực", Sender: sending(func(ctx context.Context, m Message) (Receipt, error) {
			if strings.Contains(m.Title, "Không truy cập được") && hang.Load() {
				<-ctx.Done()
				return Receipt{}, ctx.Err()
			}
			return in.Send(ctx, m)
		})}}})
		defer o.open()()
		o.see(o.add("https://p1.tinhmau.gov.vn"), availability, "d d d d")
		synctest.Wait()
		o.see(o.site, content, "s d")
		synctest.Wait()
		if have := in.titles(); len(have) != 1 || !strings.Contains(have[0], "thay đổi giao diện") {
			t.Fatalf("have %q, want the defacement at once", have)
		}
		hang.Store(false)
		in.behave(func(Message) error { return &RetryAfterError{After: 3 * time.Minute} }, nil)
		time.Sleep(2 * time.Minute) // the outage is tried again, and the channel asks for patience
		tries := in.tries
		o.see(o.add("https://p2.tinhmau.gov.vn"), content, "s d")
		time.Sleep(time.Minute)
		if in.tries != tries {
			t.Errorf("have %d tries more while the channel wants to be left alone, want none", in.tries-tries)
		}
		in.behave(nil, nil)
		time.Sleep(5 * time.Minute)
		have := in.titles()
		if len(have) < 3 || !strings.Contains(have[1], "thay đổi giao diện") || !slices.ContainsFunc(have, func(s string) bool { return strings.Contains(s, "Không truy cập được") }) {
			t.Errorf("have %q, want the second defacement before the outage", have)
		}
	})
}

// One text that the channel refuses does not keep the others of its message.
func TestBatchFindsWhatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.piled("p", 20, 20, 2*time.Minute)
		o.inbox.behave(func(m Message) error {
			if strings.Contains(m.Body, "SC-2000-0007") {
				return &RefusedError{Reason: "400"}
			}
			return nil
		}, nil)
		defer o.open()()
		time.Sleep(3 * time.Second)
		if o.pending() != 1 {
			t.Errorf("have %d pending after %q, want only the one that is refused", o.pending(), o.inbox.titles())
		}
		o.inbox.behave(nil, nil)
		time.Sleep(longestRetry)
		if all := o.inbox.all(); o.pending() != 0 || !strings.Contains(all[len(all)-1].Body, "SC-2000-0007") {
			t.Errorf("have %d pending, want none", o.pending())
		}
	})
}

// The end of an outage that was told with others answers that message, and is told by itself.
func TestBatchIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.piled("p", 6, 6, 2*time.Minute)
		defer o.open()()
		synctest.Wait()
		first, _, _ := o.registry.FindSite(t.Context(), "https://p000.tinhmau.gov.vn")
		o.see(first, availability, "n n")
		synctest.Wait()
		have := o.inbox.all()
		if len(have) != 2 || have[1].ReplyTo != "a" || have[1].Replaces || !strings.Contains(have[1].Title, "ĐÃ KHÔI PHỤC") {
			t.Fatalf("have %+v, want the recovery in reply", o.inbox.titles())
		}
		if want := "📋 Hiện tại: 6 cổng gián đoạn"; have[0].Title != want || have[0].File != nil || strings.Count(have[0].Body, "\n🟠 ") != 6 {
			t.Errorf("have %q\n%s\nwant %q with six lines", have[0].Title, have[0].Body, want)
		}
	})
}

// What ends while a message of many is under way is told once: by the message that tells of ends.
func TestBatchIsAsItWasClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.piled("p", 6, 6, 2*time.Minute)
		way := track{lane{"inbox", "trực"}, false}
		j, ok, err := o.claim(t.Context(), way, 0, time.Now())
		if err != nil || !ok {
			t.Fatalf("nothing is due: %v", err)
		}
		first, _, _ := o.registry.FindSite(t.Context(), "https://p000.tinhmau.gov.vn")
		o.see(first, availability, "n n")
		if m, _, err := o.message(t.Context(), j); err != nil || m.Title != "📋 Hiện tại: 6 cổng gián đoạn" || strings.Contains(m.Body, "✅") {
			t.Errorf("have %q\n%s\n%v\nwant six that last, as when they were claimed", m.Title, m.Body, err)
		}
		if err := o.markSent(t.Context(), j, Receipt{ID: "a"}, "", time.Now()); err != nil {
			t.Fatal(err)
		}
		defer o.open()()
		synctest.Wait()
		if have := o.inbox.titles(); len(have) != 1 || !strings.Contains(have[0], "ĐÃ KHÔI PHỤC") {
			t.Errorf("have %q, want the recovery afterwards", have)
		}
	})
}

func TestList(t *testing.T) {
	var lines []string
	for n := range 300 {
		lines = append(lines, fmt.Sprintf("UBND phường Ví Dụ số %d · p%d.tinhmau.gov.vn", n, n))
	}
	for _, test := range []struct {
		lines []string
		file  bool
	}{{nil, false}, {lines[:3], false}, {lines, true}} {
		shown, file := speech{targets.Vietnamese}.list(test.lines, "danh-sach")
		if (file != nil) != test.file || len([]rune(shown)) > longestList+100 {
			t.Errorf("%d lines: have %d characters and the file %v", len(test.lines), len([]rune(shown)), file)
		}
		if file != nil && (file.Name != "danh-sach.txt" || strings.Count(string(file.Content), "\n") != len(test.lines) || !strings.Contains(shown, "dòng nữa trong tệp đính kèm")) {
			t.Errorf("have %q with %d lines, %q", file.Name, strings.Count(string(file.Content), "\n"), shown[len(shown)-80:])
		}
	}
}
