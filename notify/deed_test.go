package notify

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// TestPressReal finds an incident to be real: the message says so and loses the buttons that ask.
func TestPressReal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, trucB)
		defer o.open()()
		o.see(o.site, content, "d d")
		first := o.sent(1)[0]
		if have, want := o.press("1", first.button(t, "Sự cố thật"), "a").Toast, "Đã ghi SC-2000-0001: sự cố thật."; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		edit := o.sent(2)[1]
		if !edit.Replaces || edit.labels() != "📞 Đầu mối | 🔎 Chi tiết" || !strings.Contains(edit.Body, "ĐÃ XÁC MINH: sự cố thật (Trực A)") {
			t.Errorf("have %+v", edit)
		}
		if have, want := o.press("2", first.button(t, "Báo sai"), "a").Toast, "Trực A đã xác minh SC-2000-0001: sự cố thật, lúc 07:00."; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		if have := strings.Join(log.all(), "|"); have != "truca incident.verify incident/1 SC-2000-0001 · inbox · real" {
			t.Errorf("audit: have %q", have)
		}
	})
}

// TestPressFalse asks why, takes only a reason that says something, from the one who was asked and in time, and ends the incident.
func TestPressFalse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, trucB)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		wrong := o.sent(1)[0].button(t, "Báo sai")
		asked := o.press("1", wrong, "a")
		if asked.Question == 0 || asked.Title != "Vì sao SC-2000-0001 là báo sai?" || asked.Whom != "Trực A" || o.only().State != Open {
			t.Fatalf("have %+v, want to be asked why", asked)
		}
		if err := o.Asked(t.Context(), asked.Question, "trực", "q1"); err != nil {
			t.Fatal(err)
		}
		reply := func(user, to, text string) Answer {
			a, err := o.Command(t.Context(), Command{Channel: "inbox", User: user, Chat: "trực", Text: text, ReplyTo: to, At: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, c := range []struct{ user, to, text, want string }{
			{"2", "q1", "không phải tôi được hỏi", ""}, {"66", "q1", "người lạ", ""}, {"1", "q2", "trả lời tin khác", ""}, {"1", "q1", "ừ", wordHowToReply.vi},
		} {
			if have := reply(c.user, c.to, c.text); have.Title != c.want || o.only().State != Open {
				t.Errorf("%+v: have %+v and %s", c, have, o.only().State)
			}
		}
		time.Sleep(questionLasts + time.Second)
		if have := reply("1", "q1", "đơn vị bảo trì điện"); have.Title != wordAskedTooLongAgo.vi || o.only().State != Open {
			t.Errorf("too late: have %+v", have)
		}
		asked = o.press("1", wrong, "a")
		if err := o.Asked(t.Context(), asked.Question, "trực", "q3"); err != nil {
			t.Fatal(err)
		}
		if have := reply("1", "q3", "đơn vị\nbảo trì điện"); have.Title != "Đã ghi SC-2000-0001: báo sai." {
			t.Errorf("have %+v", have)
		}
		if i := o.only(); i.State != Closed || i.CloseReason != Refuted || i.FoundBy != "truca" {
			t.Errorf("have %+v", i)
		}
		again := reply("1", "q3", "đơn vị bảo trì điện")
		if !strings.HasPrefix(again.Title, "SC-2000-0001 đã kết thúc lúc") {
			t.Errorf("heard twice: have %+v", again)
		}
		if have := o.press("2", wrong, "a").Toast; !strings.HasPrefix(have, "SC-2000-0001 đã kết thúc lúc") {
			t.Errorf("pressed after the end: have %q", have)
		}
		if have := strings.Join(log.all(), "|"); have != "truca incident.verify incident/1 SC-2000-0001 · inbox · false đơn vị bảo trì điện" {
			t.Errorf("audit: have %q", have)
		}
	})
}

// TestPressTakesAGroupOn takes on many outages with one cause by one button, and by their number.
func TestPressTakesAGroupOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, trucB)
		var sites []targets.Site
		for n := range 8 {
			sites = append(sites, o.met(fmt.Sprintf("https://p%d.tinhmau.gov.vn", n), "203.0.113.7"))
		}
		for n := range 30 {
			o.met(fmt.Sprintf("https://q%02d.tinhmau.gov.vn", n), fmt.Sprintf("198.51.100.%d", n))
		}
		defer o.open()()
		for range 2 {
			for _, site := range sites {
				o.find(site, "d")
			}
			time.Sleep(time.Minute)
		}
		first := o.sent(1)[0]
		if have := first.labels(); have != "👤 Tôi nhận" {
			t.Fatalf("have the buttons %q under %q", have, first.Title)
		}
		if have, want := o.press("1", first.Actions[0].ID, "a").Toast, "Bạn đã nhận NH-2000-0001 lúc 07:02."; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		edit := o.sent(2)[1]
		if !edit.Replaces || len(edit.Actions) != 0 || edit.Title != first.Title || !strings.Contains(edit.Body, "Đã tiếp nhận: Trực A, 07:02") {
			t.Errorf("have %+v, want the first message with who is on it", edit)
		}
		if have, want := o.press("2", first.Actions[0].ID, "a").Toast, "Trực A đã nhận NH-2000-0001 lúc 07:02."; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		if have, want := o.sayIn("trực", "2", "/xacnhan nh-2000-0001").Title, "Trực A đã nhận NH-2000-0001 lúc 07:02."; have != want {
			t.Errorf("by number: have %q, want %q", have, want)
		}
		live, err := o.Incidents(t.Context(), Filter{Live: true})
		for _, i := range live {
			if i.AcknowledgedBy != "truca" {
				t.Errorf("%s is nobody's", i.Number)
			}
		}
		if have := strings.Join(log.all(), "|"); have != "truca acknowledge group/1 NH-2000-0001 · inbox" || len(live) != 8 || err != nil {
			t.Errorf("audit: have %q; %d incidents (%v)", have, len(live), err)
		}
	})
}

// What shows an attack is not excused where whoever found a phone may speak.
func TestPressFalseOfAnAttack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		if _, err := o.registry.DB().Write.Exec(`UPDATE incidents SET red = 1`); err != nil {
			t.Fatal(err)
		}
		have := o.press("1", o.sent(1)[0].button(t, "Báo sai"), "a")
		if have.Question != 0 || have.Title != "SC-2000-0001 có dấu hiệu tấn công: muốn kết luận báo sai phải đăng nhập bảng điều khiển." || !strings.Contains(have.Body, "/incidents/1") {
			t.Errorf("have %+v, want to be sent to the console", have)
		}
	})
}

func TestContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA, Person{Login: "chunha", Name: "Chủ nhà", Role: Webmaster})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		other := o.add("https://xamau.tinhmau.gov.vn/")
		o.see(other, availability, "d d d d")
		for n, want := range []string{"Đầu mối của UBND phường Ví Dụ: Chủ nhà.", "Chưa có đầu mối nào của"} {
			m := o.sent(2)[n]
			if have := o.press("1", m.button(t, "Đầu mối"), string(rune('a'+n))); !strings.HasPrefix(have.Toast, want) || !have.Discreet || have.Title != "" {
				t.Errorf("have %+v, want %q for nobody else", have, want)
			}
		}
	})
}

// TestContactOfTheList names those of the unit who are in the list of contacts and hold now, each once, and no number: a chat is no place
// for that.
func TestContactOfTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA, Person{Login: "chunha", Name: "Chủ nhà", Role: Webmaster})
		defer o.open()()
		o.add("https://xamau.tinhmau.gov.vn/") // of another unit
		list := "unit,name,phone,from,until\n" +
			"ubnd phường Ví Dụ,Người Mẫu\u202e A,0000000001,,\nUBND phường Ví Dụ,Chủ nhà,0000000002,,\nUBND phường Ví Dụ,Người Cũ,0000000003,,31/12/1998\n" +
			"UBND phường Ví Dụ,Người Sau,0000000004,01/01/2027,\nUBND phường Ví Dụ,Người Thôi,0000000005,,\nNhà mạng Ví Dụ,Người Ngoài,0000000006,,\n"
		if report, err := o.registry.ImportContacts(t.Context(), strings.NewReader(list), "quantri", false); err != nil || len(report.Contacts) != 6 {
			t.Fatalf("have %+v, %v", report, err)
		}
		all, err := o.registry.Contacts(t.Context())
		for _, c := range all {
			if c.Name == "Người Thôi" && err == nil {
				err = o.registry.EndContact(t.Context(), c.ID, "quantri")
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		o.see(o.site, availability, "d d d d")
		have := o.press("1", o.sent(1)[0].button(t, "Đầu mối"), "a")
		if want := "Đầu mối của UBND phường Ví Dụ: Chủ nhà, Người Mẫu A."; have.Toast != want || !have.Discreet || have.Title != "" || have.Body != "" {
			t.Errorf("have %+v, want %q for nobody else", have, want)
		}
	})
}

// TestPressQuiet keeps an outage quiet for half an hour, and an attack never.
func TestPressQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		m := o.sent(1)[0]
		half, hour := m.button(t, "30 phút"), m.button(t, "60 phút")
		if have, want := o.press("1", half, "a").Toast, "SC-2000-0001 tạm lắng đến 07:30; kết thúc thì vẫn báo."; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		edit := o.sent(2)[1]
		if !edit.Replaces || strings.Contains(edit.labels(), "Tôi nhận") || strings.Contains(edit.labels(), "Tạm lắng") || !strings.Contains(edit.Body, "Tạm lắng đến 07:30") {
			t.Errorf("have %+v, want who is on it, and until when it is quiet", edit)
		}
		time.Sleep(time.Minute)
		if have, want := o.press("1", hour, "a").Toast, "SC-2000-0001 tạm lắng đến 07:30; kết thúc thì vẫn báo."; have != want {
			t.Errorf("pressed while it is quiet: have %q, want %q", have, want)
		}
		if i := o.only(); i.State != Acknowledged || i.HushedBy != "truca" || i.HushedUntil.Sub(i.AcknowledgedAt) != 30*time.Minute {
			t.Errorf("have %+v", i)
		}
		if have := strings.Join(log.all(), "|"); have != "truca incident.snooze incident/1 SC-2000-0001 · inbox" {
			t.Errorf("audit: have %q", have)
		}
		if _, err := o.registry.DB().Write.Exec(`UPDATE incidents SET red = 1, hushed_until = NULL`); err != nil {
			t.Fatal(err)
		}
		if have := o.press("1", hour, "a").Toast; have != "SC-2000-0001 không tạm lắng được." || !o.only().HushedUntil.IsZero() {
			t.Errorf("an attack: have %q", have)
		}
		o.see(o.add("https://xamau.tinhmau.gov.vn/"), content, "d d")
		if have := o.sent(3)[2]; strings.Contains(have.labels(), "Tạm lắng") || !strings.Contains(have.labels(), "Tôi nhận") {
			t.Errorf("have %q under a defacement", have.labels())
		}
	})
}
