package notify

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// A note is told once on its day, quietly, whoever says it again; a day that was said too early is said when it comes.
func TestNoteIsToldOnceOnItsDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		shut := o.open()
		say := func(kind NoteKind, days ...string) {
			for _, day := range days {
				if err := o.Note(t.Context(), kind, day, func(lang targets.Language) Message {
					return Message{Title: string(kind) + " " + day, Body: string(lang)}
				}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
			}
		}
		say(NoteMorning, "2027-02-06", "2027-02-06")
		say(NoteEvening, "2027-02-06")
		shut()
		defer o.open()()
		say(NoteMorning, "2027-02-06", "2027-02-07") // a restart, and the clock jumps ahead; it is set right
		if _, err := o.registry.DB().Write.Exec(`UPDATE notes SET at = at + 80000000 WHERE day = '2027-02-07'`); err != nil {
			t.Fatal(err)
		}
		say(NoteMorning, "2027-02-06", "2027-02-07", "2027-02-07") // and the day comes
		want := []string{"morning 2027-02-06", "evening 2027-02-06", "morning 2027-02-07", "morning 2027-02-07"}
		if have := o.inbox.titles(); !slices.Equal(have, want) {
			t.Errorf("have %q, want %q", have, want)
		}
		if m := o.inbox.all()[0]; !m.Quiet || m.Body != "vi" {
			t.Errorf("have %+v, want it quiet and in Vietnamese", m)
		}
	})
}

// The day's note counts what was told, and says what is open, even when there is nothing to say.
func TestDailyNoteCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{Upkeep: func() Upkeep { return Upkeep{Free: 0.41, Backup: at(2, 30)} }})
		defer o.open()()
		begin(t, o)
		time.Sleep(time.Hour) // to 08:00 on 1 January 2000, in Vietnam
		daily := func(kind NoteKind, hour, minute int) string {
			t.Helper()
			before := len(o.inbox.all())
			if err := o.Daily(t.Context(), kind, hour, minute); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			all := o.inbox.all()
			if len(all) == before {
				return ""
			}
			return all[len(all)-1].Title + "\n" + all[len(all)-1].Body
		}
		if have := daily(NoteEvening, 6, 59); have != "" {
			t.Errorf("have %q for a time when the program was not there yet", have)
		}
		if have := daily(NoteEvening, 19, 0); have != "" {
			t.Errorf("have %q before its time", have)
		}
		want := "🟢 Canh Cổng đang canh gác – 08:00 thứ Bảy 01/01/2000\nHôm nay gửi 0 cảnh báo, chờ 0\n" +
			"Cổng: 0 truy cập được · 0 ngừng · 1 chưa rõ\n24 giờ qua: 0 sự cố mới, 0 kết thúc; đang mở 0\nỔ đĩa còn 41% · sao lưu gần nhất: "
		if have := daily(NoteMorning, 7, 30); !strings.HasPrefix(have, want) {
			t.Errorf("have %q\nwant %q", have, want)
		}
		o.see(o.site, availability, "d d d d")
		o.declare("b")
		want = "🟡 Canh Cổng đang canh gác, có việc cần xem – 08:01 thứ Bảy 01/01/2000\nHôm nay gửi 2 cảnh báo, chờ 0\n" +
			"Cổng: 0 truy cập được · 0 ngừng · 1 chưa rõ\n24 giờ qua: 1 sự cố mới, 0 kết thúc; đang mở 1\n" +
			"Đang mở: SC-2000-0001 phuongvidu.tinhmau.gov.vn\n🔕 GIÁM SÁT BỊ MÙ từ 08:00"
		if have := daily(NoteEvening, 8, 1); !strings.HasPrefix(have, want) {
			t.Errorf("have %q\nwant %q", have, want)
		}
	})
}

func begin(t *testing.T, o *office) *Life {
	t.Helper()
	l, err := o.Begin(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Whoever stopped the program knows; a kill, or a power cut, is told once an hour.
func TestRestartIsToldAfterAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		first := begin(t, o)
		if err := first.End(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		second := begin(t, o)
		synctest.Wait()
		o.inbox.wantTitles(t)
		time.Sleep(10 * time.Minute)
		if err := second.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(14 * time.Minute)
		begin(t, o)
		time.Sleep(time.Second)
		begin(t, o) // a crash at once: not worth another message
		synctest.Wait()
		o.inbox.wantTitles(t, "🔄 Đã khởi động lại lúc 07:25; 1 trang đang kiểm tra lại")
		body := o.inbox.all()[0].Body
		if !strings.Contains(body, "Không giám sát từ 07:11 thứ Bảy 01/01/2000, trong 14 phút.") || !strings.Contains(body, "dừng đột ngột") {
			t.Errorf("have %q, want since when and why", body)
		}
		time.Sleep(time.Hour)
		if _, err := o.Begin(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if have := o.inbox.all(); len(have) != 2 || !strings.Contains(have[1].Body, "mất điện") {
			t.Errorf("have %+v, want the machine's own restart told", have)
		}
	})
}

// A way to people that fails stands in a note under its mark, like everything else that the monitor has to say of itself.
func TestNoteMarksEveryTrouble(t *testing.T) {
	for _, kind := range append(slices.Clone(NoticeKinds), NoticeWay("telegram"), noticeShared(lane{"mail", "truc@tinhmau.gov.vn"})) {
		s := Summary{Troubles: []Notice{{ID: 1, Kind: kind, Since: at(2, 7)}}, upkeepUnknown: true}
		for _, line := range s.lines(speech{targets.Vietnamese}) {
			if strings.HasPrefix(line, " ") {
				t.Errorf("%s: have the line %q, want a mark before it", kind, line)
			}
		}
	}
}

// TestNoteWithoutASharedChat has an office where nobody shares a chat: the note is for those on duty, or nobody would miss it.
func TestNoteWithoutASharedChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram", "mail"))
		o.person("trucb", "telegram")
		defer o.open()()
		if err := o.Note(t.Context(), NoteMorning, "2027-02-06", func(targets.Language) Message { return Message{Title: "Sổ trực sáng"} }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		p.want(t, "an hour later", "02:07:00 telegram truca@telegram Sổ trực sáng")
	})
}
