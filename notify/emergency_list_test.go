package notify

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// TestManyUnwritten has two hundred portals go down on a full disk, while a message takes three seconds: all are told in a few
// messages, the long list as a file, and a defacement in the middle by itself.
func TestManyUnwritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.inbox.behave(func(Message) error { time.Sleep(3 * time.Second); return nil }, nil)
		defer o.open()()
		for n := range 200 {
			o.emergency.add(lane{"inbox", "trực"}, Message{Title: "🟠 Không truy cập được", Body: fmt.Sprintf("Phường số %03d · p%03d.tinhmau.gov.vn\nNguyên nhân: DNS", n, n), Severity: Major}, targets.Vietnamese)
			if n == 100 {
				o.emergency.add(lane{"inbox", "trực"}, Message{Title: "🔴 Trang bị thay đổi", Severity: Critical}, targets.Vietnamese)
			}
		}
		time.Sleep(time.Minute)
		have := o.inbox.all()
		if len(have) > mostSingle+3 {
			t.Errorf("have %d messages, want a few", len(have))
		}
		var said strings.Builder
		alone := 0
		for n, m := range have {
			said.WriteString(m.Title + m.Body)
			if m.File != nil {
				said.Write(m.File.Content)
			}
			if m.Title == "🔴 Trang bị thay đổi (chưa ghi được sổ)" {
				alone++
				if n > 1 {
					t.Errorf("the defacement is told as number %d, want it before the rest", n)
				}
			}
			if !strings.Contains(m.Title, "(chưa ghi được sổ)") {
				t.Errorf("have %q, want it marked", m.Title)
			}
		}
		for n := range 200 {
			if host := fmt.Sprintf("p%03d.tinhmau.gov.vn", n); !strings.Contains(said.String(), host) {
				t.Errorf("%s is not named", host)
			}
		}
		if alone != 1 {
			t.Errorf("the defacement is told %d times by itself, want once", alone)
		}
	})
}

// What only memory knows of is not lost when the database takes back what waits beside it.
func TestRecallLosesNothing(t *testing.T) {
	e, to := newEmergency(), lane{"inbox", "trực"}
	for n := range mostSingle + 3 {
		e.add(to, Message{Title: fmt.Sprint(n), Severity: Major}, targets.Vietnamese)
	}
	e.add(to, Message{Title: "queued", Severity: Major}, targets.Vietnamese, Alert{ID: 1}, Alert{ID: 2})
	if e.recall([]Alert{{ID: 1}}, time.Now()) || e.tells(1) || e.tells(2) {
		t.Errorf("have %v taken, want nothing: it was told to nobody", e.taken)
	}
	lines := 0
	for _, u := range e.waiting {
		lines += max(1, len(u.lines))
	}
	if lines != mostSingle+3 {
		t.Errorf("have %d things that wait in memory, want %d", lines, mostSingle+3)
	}
}
