package notify

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

var commune = targets.Site{ID: 7, Name: "Cổng TTĐT phường Ví Dụ", URL: "https://phuongvidu.tinhmau.gov.vn/",
	Unit: targets.Unit{ID: 1, Name: "UBND phường Ví Dụ"}, Profile: pace}

func at(hour, minute int) time.Time {
	return time.Date(2027, 2, 6, hour, minute, 0, 0, targets.Vietnam)
}

func TestWords(t *testing.T) {
	d := &Desk{consoleURL: "https://canhcong.tinhmau.gov.vn/"}
	opened := Incident{ID: 12, Number: "SC-2027-0012", Site: commune, Concern: content, State: Open, Severity: Critical,
		SuspectedAt: at(2, 7), OpenedAt: at(2, 8), BadLooks: 3}
	with := func(change func(*Incident)) Incident {
		i := opened
		change(&i)
		return i
	}
	down := func(cause monitor.Cause, status int) baseline.Verdict {
		return baseline.Verdict{Availability: baseline.IsDown, Observation: monitor.Observation{Site: commune, Outcome: monitor.Down, Cause: cause, Status: status}}
	}
	outage := with(func(i *Incident) { i.Concern, i.Severity, i.BadLooks = availability, Major, 4 })
	expiring := with(func(i *Incident) { i.Concern, i.Severity, i.BadLooks = certificate, Warning, 2 })
	cert := func(p monitor.CertificateProblem) baseline.Verdict {
		return baseline.Verdict{Observation: monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at(6, 59), Problem: p}}}
	}
	defaced := baseline.Verdict{Content: baseline.Defaced, Evidence: []baseline.Evidence{
		{Signal: baseline.SignalTitle, Concern: content, Expected: "Cổng TTĐT", Seen: "H4CKED By \u202eTeam\u200b @vidu http://evil.vip/x"},
		{Signal: baseline.SignalDown, Concern: availability, Where: "dns"},
		{Signal: baseline.SignalRedirect, Concern: content, Seen: "https://bad.example.vip/"},
		{Signal: baseline.SignalVisual, Concern: content, Seen: "91%", Expected: "12%"},
		{Signal: baseline.SignalReplaced, Concern: content},
	}}
	tampered := baseline.Verdict{Content: baseline.Unjudged, Evidence: []baseline.Evidence{{Signal: baseline.SignalTampered, Concern: content}}}
	broken := with(func(i *Incident) { i.Concern, i.Severity, i.BadLooks = quality, Warning, 1 })
	lasting := func(where string) baseline.Verdict {
		return baseline.Verdict{Quality: baseline.Broken, Evidence: []baseline.Evidence{{Signal: baseline.SignalLasting, Concern: quality, Where: where, Count: 7}}}
	}
	tests := []struct {
		name string
		i    Incident
		v    baseline.Verdict
		kind Kind
		lang targets.Language
		want string
	}{
		{"styles lost", broken, lasting("resources"), KindOpened, targets.Vietnamese, `🟡 CẢNH BÁO: Trang mất CSS/ảnh kéo dài
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Dấu hiệu: Trang mất CSS/ảnh: các tệp giao diện không tải được trong 7 lần nhìn liên tiếp
Trạng thái: CHƯA XÁC MINH
Cần làm: báo đầu mối trong giờ làm việc
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"stays blank", broken, lasting("blank"), KindOpened, targets.English, `🟡 WARNING: The page stays blank
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 Saturday 06/02/2027 (day 1 of Tết) · SC-2027-0012
Signs: The page stays blank: no text and no picture in 7 looks in a row
Status: UNVERIFIED
To do: tell the contact in office hours
Details: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"opened", opened, defaced, KindOpened, targets.Vietnamese, `🔴 KHẨN: Nghi bị thay đổi giao diện
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Dấu hiệu: Tiêu đề đổi từ “Cổng TTĐT” thành “H4CKED By Team [@]vidu hxxp://evil[.]vip/x”; Trang tự chuyển hướng sang hxxps://bad[.]example[.]vip/; Giao diện khác bản mẫu 91% (báo từ 12%)
Số lần nhìn thấy: 3
Trạng thái: CHƯA XÁC MINH
Cần làm: nhận sự cố, so ảnh trước/sau, gọi đầu mối; giữ chứng cứ trước khi sửa
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"opened, evidence unread", opened, baseline.Verdict{}, KindOpened, targets.Vietnamese, `🔴 KHẨN: Nghi bị thay đổi giao diện
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Số lần nhìn thấy: 3
Trạng thái: CHƯA XÁC MINH
Cần làm: nhận sự cố, so ảnh trước/sau, gọi đầu mối; giữ chứng cứ trước khi sửa
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"worse", with(func(i *Incident) { i.State, i.AcknowledgedBy, i.AcknowledgedAt = Acknowledged, "Trực A", at(2, 9) }), baseline.Verdict{}, KindWorsened, targets.Vietnamese, `🔴 KHẨN: Nặng thêm – Nghi bị thay đổi giao diện
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Số lần nhìn thấy: 3
Trạng thái: CHƯA XÁC MINH
Đã tiếp nhận: Trực A, 02:09 thứ Bảy 06/02/2027 (mồng 1 Tết)
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"not ours", with(func(i *Incident) { i.RaisedBy, i.Severity, i.BadLooks = "Webmaster B", Major, 1 }), baseline.Verdict{}, KindOpened, targets.Vietnamese, `🟠 NGHIÊM TRỌNG: Thay đổi không phải do đơn vị thực hiện
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Số lần nhìn thấy: 1
Trạng thái: ĐÃ XÁC MINH: không phải thay đổi của đơn vị (Webmaster B)
Cần làm: nhận sự cố, so ảnh trước/sau, gọi đầu mối; giữ chứng cứ trước khi sửa
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"down", outage, down(monitor.CauseHTTP, 503), KindOpened, targets.Vietnamese, `🟠 NGHIÊM TRỌNG: Không truy cập được
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Nguyên nhân: máy chủ trả về lỗi (HTTP 503)
Số lần nhìn thấy: 4
Trạng thái: CHƯA XÁC MINH
Cần làm: nhận sự cố, thử mở từ mạng khác (4G), gọi đầu mối hỏi có bảo trì không
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"down, in English", outage, down(monitor.CauseDNS, 0), KindOpened, targets.English, `🟠 MAJOR: Cannot be reached
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 Saturday 06/02/2027 (day 1 of Tết) · SC-2027-0012
Cause: the name does not resolve (DNS)
Looks that agree: 4
Status: UNVERIFIED
To do: take it on, try from another network (4G), ask the contact whether it is maintenance
Details: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"expiring", expiring, cert(""), KindOpened, targets.Vietnamese, `🟡 CẢNH BÁO: Chứng thư số sắp hết hạn
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Chứng thư số: hết hạn ngày 06/02/2027
Số lần nhìn thấy: 2
Trạng thái: CHƯA XÁC MINH
Cần làm: báo đầu mối gia hạn hoặc cài lại chứng thư số
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"recovered", with(func(i *Incident) { i.State, i.CloseReason, i.ClosedAt = Closed, Recovered, at(3, 12) }), defaced, KindClosed, targets.Vietnamese, `✅ ĐÃ KHÔI PHỤC: nội dung khớp bản mẫu đã duyệt
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
03:12 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Kéo dài 1 giờ 5 phút (02:07 – 03:12)
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"harmless", with(func(i *Incident) { i.State, i.CloseReason, i.ClosedAt = Closed, Harmless, at(3, 12) }), defaced, KindClosed, targets.Vietnamese, `☑️ KẾT THÚC: không còn dấu hiệu tấn công, nhưng trang còn thiếu nội dung so với bản mẫu
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
03:12 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Kéo dài 1 giờ 5 phút (02:07 – 03:12)
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"damaged baseline", with(func(i *Incident) { i.Severity = Major }), tampered, KindOpened, targets.Vietnamese, `🟠 NGHIÊM TRỌNG: Bản mẫu bị hỏng, KHÔNG phát hiện được thay đổi
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Dấu hiệu: Bản mẫu bị hỏng hoặc bị sửa từ bên ngoài, KHÔNG còn phát hiện được thay đổi giao diện; cần duyệt lại
Số lần nhìn thấy: 3
Trạng thái: CHƯA XÁC MINH
Cần làm: đăng nhập bảng điều khiển, so ảnh rồi duyệt lại bản mẫu
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"repaired baseline", with(func(i *Incident) {
			i.Severity, i.State, i.CloseReason, i.ClosedAt = Major, Closed, Legitimate, at(3, 12)
		}), tampered, KindClosed, targets.Vietnamese, `✅ KẾT THÚC: đã so sánh lại được với bản mẫu
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
03:12 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Kéo dài 1 giờ 5 phút (02:07 – 03:12)
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"excused", with(func(i *Incident) { i.State, i.CloseReason, i.ClosedAt = Closed, Legitimate, at(2, 7).AddDate(0, 0, 2) }), defaced, KindClosed, targets.Vietnamese, `☑️ KẾT THÚC: thay đổi hợp lệ
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Hai 08/02/2027 (mồng 3 Tết) · SC-2027-0012
Kéo dài 2 ngày 0 giờ (02:07 thứ Bảy 06/02/2027 – 02:07 thứ Hai 08/02/2027)
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"over before it was told", with(func(i *Incident) {
			i.Concern, i.Severity, i.State, i.CloseReason, i.ClosedAt = availability, Major, Closed, Recovered, at(2, 7).Add(42*time.Second)
		}), down(monitor.CauseTCP, 0), KindOpened, targets.Vietnamese, `✅ ĐÃ XẢY RA, NAY ĐÃ HẾT: Không truy cập được
UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn
02:07 thứ Bảy 06/02/2027 (mồng 1 Tết) · SC-2027-0012
Kéo dài 42 giây (02:07 – 02:07)
Nguyên nhân: không kết nối được tới máy chủ (TCP)
Trạng thái: đã khôi phục
Tin báo lúc mở sự cố trước đó chưa gửi được.
Chi tiết: https://canhcong.tinhmau.gov.vn/incidents/12`},
		{"acknowledged", with(func(i *Incident) { i.AcknowledgedBy, i.AcknowledgedAt = "Trực A", at(2, 9) }), defaced, KindAcknowledged, targets.Vietnamese,
			"👤 Đã tiếp nhận SC-2027-0012\nUBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn\nĐã tiếp nhận: Trực A, 02:09 thứ Bảy 06/02/2027 (mồng 1 Tết)"},
		{"picture", opened, defaced, KindPicture, targets.Vietnamese, "Đã duyệt | Hiện tại · UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn · SC-2027-0012"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := d.Words(test.i, test.v, test.kind, test.lang)
			if have := strings.TrimSuffix(m.Title+"\n"+m.Body, "\n"); have != test.want {
				t.Errorf("have:\n%s\n\nwant:\n%s", have, test.want)
			}
		})
	}
}

// What to do is said until somebody has taken it on, of what the monitor itself is kept from as well.
func TestWordsSayWhatToDo(t *testing.T) {
	d := &Desk{}
	kept := func(where string) baseline.Verdict {
		return baseline.Verdict{Quality: baseline.Broken, Evidence: []baseline.Evidence{{Signal: baseline.SignalLasting, Concern: quality, Where: where, Count: 7}}}
	}
	for _, c := range []struct {
		i    Incident
		v    baseline.Verdict
		want string
	}{
		{Incident{Concern: content, State: Open, Severity: Major}, baseline.Verdict{}, "hỏi đầu mối có chủ động thay đổi không"},
		{Incident{Concern: quality, State: Open, Severity: Warning}, kept("denied"), "quản trị cho phép địa chỉ"},
		{Incident{Concern: quality, State: Open, Severity: Warning}, kept("refused"), "qua tường lửa"},
		{Incident{Concern: content, State: Acknowledged, Severity: Critical}, baseline.Verdict{}, ""},
	} {
		c.i.Site = commune
		body := d.Words(c.i, c.v, KindOpened, targets.Vietnamese).Body
		if _, todo, said := strings.Cut(body, "Cần làm: "); said != (c.want != "") || !strings.Contains(todo, c.want) {
			t.Errorf("have %q, want to do %q", body, c.want)
		}
	}
}

// Every cause of an outage and every trouble with a certificate is told apart, in both languages.
func TestWordsTellCausesApart(t *testing.T) {
	d, seen := &Desk{}, map[string]bool{}
	for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
		for cause := range causes {
			i := Incident{Site: commune, Concern: availability, State: Open, Severity: Major, SuspectedAt: at(2, 7)}
			seen[d.Words(i, baseline.Verdict{Observation: monitor.Observation{Cause: cause}}, KindOpened, lang).Body] = true
		}
		for problem := range certificates {
			i := Incident{Site: commune, Concern: certificate, State: Open, Severity: Major, SuspectedAt: at(2, 7)}
			o := monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at(0, 0), Problem: problem}}
			seen[d.Words(i, baseline.Verdict{Observation: o}, KindOpened, lang).Body] = true
		}
	}
	if want := 2 * (len(causes) + len(certificates)); len(seen) != want {
		t.Errorf("have %d different messages, want %d", len(seen), want)
	}
}

func TestPathTellsPortalsApart(t *testing.T) {
	s := commune
	s.URL, s.Unit.Name, s.Name = "https://tinhmau.gov.vn/phuong-vi-du/", targets.UnknownUnit, "Cổng phường"
	if have := (words{i: Incident{Site: s}}).who(); have != "Cổng phường · tinhmau.gov.vn/phuong-vi-du/" {
		t.Errorf("have %q", have)
	}
}

func TestForeign(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "Ủy ban nhân dân phường", "Ủy ban nhân dân phường"},
		{"decomposed", "Tha\u0300nh pho\u0302\u0301", "Thành phố"},
		{"control", "a\x00b\x07\r\n\tc\x1b[31m", "ab c[31m"},
		{"bidi", "\u202egpj.exe\u202c \u2066x\u2069", "gpj[.]exe x"},
		{"zero width", "ha\u200bc\u2060k\ufeffed\u00ad", "hacked"},
		{"invalid UTF-8", "a\xff\xfeb", "a\uFFFDb"},
		{"fillers", "\u3164x\u2800\u115fy", "xy"},
		{"towers", "z" + strings.Repeat("\u0351", 40), "z\u0351\u0351\u0351"},
		{"address", "xem https://Bad.VIP/x?a=1.2 nhé", "xem hxxps://Bad[.]VIP/x?a=1.2 nhé"},
		{"bare", "vào kubet88.win ngay", "vào kubet88[.]win ngay"},
		{"own host", "phuongvidu.tinhmau.gov.vn và xphuongvidu.tinhmau.gov.vn", "phuongvidu.tinhmau.gov.vn và xphuongvidu[.]tinhmau[.]gov[.]vn"},
		{"international", "сайт пример.рф", "сайт пример[.]рф"},
		{"address by number", "http://203.0.113.9/", "hxxp://203[.]0[.]113[.]9/"},
		{"address of an app", "TG://resolve?domain=keo_xau hoặc ton://transfer/x", "XG://resolve?domain=keo_xau hoặc xon://transfer/x"},
		{"names", "@admin mail a@b.vn", "[@]admin mail a[@]b[.]vn"},
		{"defanged already", "hxxps://bad[.]vip/x", "hxxps://bad[.]vip/x"},
		{"numbers stay", "91.5% của 1.234 mục, ngày 06.02.2027", "91.5% của 1.234 mục, ngày 06.02.2027"},
	}
	for _, test := range tests {
		if have := foreign(test.in, "phuongvidu.tinhmau.gov.vn"); have != test.want {
			t.Errorf("%s: have %q, want %q", test.name, have, test.want)
		}
	}
	if have := plain(strings.Repeat("ế", 10_000)); utf8.RuneCountInString(have) != longestPhrase+1 || !strings.HasSuffix(have, "…") {
		t.Errorf("have %d characters", utf8.RuneCountInString(have))
	}
}

func FuzzForeign(f *testing.F) {
	f.Add("http://a.b/\u202e\xff <b> @x")
	f.Add("http://")
	f.Fuzz(func(t *testing.T, s string) {
		have := foreign(s, "own.vn")
		if !utf8.ValidString(have) || strings.ContainsFunc(have, invisible) || strings.Contains(have, "\n") || strings.Contains(strings.ToLower(have), "http://") {
			t.Errorf("%q becomes %q", s, have)
		}
	})
}

// Every state, severity, reason and ending has words in both languages.
func TestEverythingHasWords(t *testing.T) {
	for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
		for _, s := range []State{Suspected, Open, Acknowledged, Closed, Dropped} {
			if s.Text(lang) == "" {
				t.Errorf("%s: no words for the state %s", lang, s)
			}
		}
		for _, s := range []Severity{Critical, Major, Warning, Info} {
			if s.Text(lang) == "" || severityTitles[s].in(lang) == "" {
				t.Errorf("%s: no words for the severity %s", lang, s)
			}
		}
		for state, severity := range severities {
			for _, c := range concerns {
				if severityOf(c, verdict(c, state)) != "" && looksFor(c, state) && headlines[headline{c, severity}].in(lang) == "" {
					t.Errorf("%s: no headline for %s %s", lang, c, severity)
				}
			}
		}
		for r := range reasons {
			if r.Text(lang) == "" {
				t.Errorf("%s: no words for the reason %s", lang, r)
			}
		}
	}
}

func looksFor(c baseline.Concern, state string) bool {
	for _, s := range looks[c] {
		if s == state {
			return true
		}
	}
	return false
}
