package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

func TestParseNumber(t *testing.T) {
	at := time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC) // 2027 in Vietnam
	for typed, want := range map[string]string{"SC-2027-0012": "SC-2027-0012", " sc-2026-12 ": "SC-2026-0012", "12": "SC-2027-0012", "0012": "SC-2027-0012",
		"DT-2027-0001": "DT-2027-0001", "sc 12": "SC-2027-0012", "sc-12345": "SC-2027-12345", "": "", "x": "", "12; DROP": "", "SC--1": "", "99999999": "", "-1": ""} {
		if have, ok := parseNumber(typed, at); have != want || ok != (want != "") {
			t.Errorf("%q: have %q, want %q", typed, have, want)
		}
	}
}

// TestWhoIsAnswered says the same in every place as everybody.
func TestWhoIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA, Person{Login: "chunha", Name: "Chủ nhà", Role: Webmaster}, Person{Login: "lanhdao", Name: "Lãnh đạo", Role: Leader}, speaks)
		for _, c := range []struct{ chat, user, text, want string }{
			{"1", "1", "/giupdo", wordHelp.vi},
			{"1", "1", "xin chào", wordHelp.vi},
			{"1", "1", "/HELP", wordHelp.vi},
			{"4", "4", "/help", wordHelp.en},
			{"1", "1", "/start", "Xin chào Trực A"},
			{"trực", "1", "/giupdo", wordHelp.vi},
			{"trực", "1", "chào cả nhà", ""},
			{"trực", "1", "/luutru", ""},
			{"-1009", "1", "/giupdo", ""},
			{"trực", "66", "/giupdo", ""},
			{"trực", "66", "/truc", ""},
			{"66", "66", "/truc", wordStranger.vi},
			{"66", "66", "/truc", ""},
			{"2", "2", "/trangthai", wordGuest.vi},
			{"3", "3", "/trangthai", "📊 Trạng thái lúc 07:00 thứ Bảy 01/01/2000"},
			{"3", "3", "/xacnhan 1", wordNotOnRoster.vi},
			{"1", "1", "/xacnhan", wordWhichNumber.vi},
			{"1", "1", "/xacnhan 1", "Không có sự cố SC-2000-0001."},
			{"1", "1", "/baotri", wordPlan.vi},
			{"2", "2", "/baotri", wordPlan.vi},
			{"3", "3", "/baotri", wordHelp.vi},
			{"1", "1", "/truc", wordNobodyOnDuty.vi},
		} {
			if have := o.sayIn(c.chat, c.user, c.text); have.Title != c.want || have.Toast != "" {
				t.Errorf("%s says %q in %s: have %+v, want %q", c.user, c.text, c.chat, have, c.want)
			}
		}
		time.Sleep(meterForgets)
		if have := o.say("66", "alo"); have.Title != wordStranger.vi {
			t.Errorf("a stranger an hour later: have %+v", have)
		}
		if have, err := o.Command(t.Context(), Command{Channel: "inbox", User: "1", Chat: "1", Private: true, Text: "/truc", At: time.Now().Add(-askedTooLongAgo - time.Second)}); err != nil || have != (Answer{}) {
			t.Errorf("a question of before: have %+v (%v), want silence", have, err)
		}
	})
}

func TestTakeByNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, trucB)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		late := Command{Channel: "inbox", User: "1", Chat: "trực", Text: "/xacnhan sc-2000-0001", At: time.Now().Add(-time.Hour)}
		if have, err := o.Command(t.Context(), late); err != nil || have.Title != "Bạn đã nhận SC-2000-0001 lúc 07:00." {
			t.Errorf("have %+v (%v), want it taken however late it is heard", have, err)
		}
		if have := o.sayIn("trực", "2", "/xacnhan 1"); have.Title != "Trực A đã nhận SC-2000-0001 lúc 07:00." {
			t.Errorf("have %+v", have)
		}
		if have := strings.Join(log.all(), "|"); have != "truca acknowledge incident/1 SC-2000-0001 · inbox" {
			t.Errorf("audit: have %q", have)
		}
	})
}

func TestTellDutyAndStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA, trucB, speaks)
		people := map[string]Person{}
		for _, login := range []string{"truca", "trucb", "duty"} {
			people[login], _ = o.PersonByLogin(t.Context(), login)
		}
		turn := func(tier Tier, login string, from, until time.Duration) Shift {
			return Shift{Watch: Watch{Tier: tier, Person: people[login], From: time.Now().Add(from), Until: time.Now().Add(until)}}
		}
		if _, err := o.AddShifts(t.Context(), "quantri", turn(TierWatch, "truca", -time.Hour, time.Hour), turn(TierWatch, "trucb", time.Hour, 30*time.Hour),
			turn(TierWatch, "truca", 30*time.Hour, 40*time.Hour), turn(TierTechnical, "duty", 2*time.Hour, 9*time.Hour)); err != nil {
			t.Fatal(err)
		}
		want := "Trực giám sát: Trực A, đến 08:00\n– tiếp theo: Trực B, từ 08:00\nTrực kỹ thuật: chưa có ai\n– tiếp theo: Duty C, từ 09:00"
		if have := o.say("1", "/truc").Body; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		o.see(o.site, availability, "d d d d")
		other := o.add("https://xamau.tinhmau.gov.vn/")
		o.see(other, content, "d d")
		if _, err := o.Acknowledge(t.Context(), 2, "truca"); err != nil {
			t.Fatal(err)
		}
		if err := o.Declare(t.Context(), Notice{Kind: NoticeBlind}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		have := o.say("1", "/trangthai").Body
		wantWords(t, have, "Chưa ai nhận: 1\n– SC-2000-0001 · Không truy cập được · UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn", "đang mở 2", "2 chưa rõ",
			"GIÁM SÁT BỊ MÙ từ 07:00", "Chi tiết: https://canhcong.tinhmau.gov.vn/")
		if strings.Contains(have, "– SC-2000-0002") {
			t.Errorf("have %q, want only what is nobody's", have)
		}
		wantWords(t, o.say("3", "/status").Body, "Portals: ", "Nobody has taken on: 1")
	})
}

// FuzzCommand reads anything that people may write.
func FuzzCommand(f *testing.F) {
	for _, seed := range []string{"/truc", "/xacnhan SC-2027-0012", "/start AAAA2222", "/", "//", "/truc@canhcong_bot", "\x00\xff", "/baotri \u202e", strings.Repeat("/", 5000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, rest := parseCommand(text)
		if !utf8.ValidString(rest) || strings.ContainsAny(rest, "\n\x00") {
			t.Errorf("%q is not one plain line", rest)
		}
		if _, known := verbs[string(v)]; v != "" && !known {
			t.Errorf("have the verb %q", v)
		}
		if number, ok := parseNumber(rest, time.Unix(0, 0)); ok && !strings.Contains(number, "-") {
			t.Errorf("have the number %q", number)
		}
	})
}
