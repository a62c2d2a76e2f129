package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

// TestNoticeWords reads every message as the duty officer does.
func TestNoticeWords(t *testing.T) {
	d := &Desk{consoleURL: "https://canhcong.tinhmau.gov.vn/"}
	began := func(kind NoticeKind, detail string, sites int) Notice {
		return Notice{ID: 3, Kind: kind, Since: at(2, 10), Detail: detail, Sites: sites}
	}
	over := func(n Notice, after time.Duration) Notice {
		n.Until = n.Since.Add(after)
		return n
	}
	blind := began(NoticeBlind, "0/5", 214)
	browser := began(NoticeBrowser, "chrome: không mở được trang thử 5 phút liền\n\u202eevil.vip", 0)
	overdue := began(NoticeOverdue, "", 37)
	disk := began(NoticeDisk, "4,8% (1,2 GB)", 0)
	tests := []struct {
		name string
		n    Notice
		kind Kind
		lang targets.Language
		want string
	}{
		{"blind", blind, KindOpened, "", `🔕 GIÁM SÁT BỊ MÙ từ 02:10: chưa kết luận trang nào ngừng
02:10 thứ Bảy 06/02/2027 (mồng 1 Tết)
Đường mạng của chính máy giám sát bị mất; đây không phải sự cố của các cổng.
Máy ghi nhận: điểm đối chứng trả lời: 0/5
Số cổng liên quan: 214
Cần làm: kiểm tra đường truyền, DNS và tường lửa của máy giám sát; có mạng là tự nhìn lại
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"seeing again", over(blind, 31*time.Minute), KindClosed, "", `🔔 GIÁM SÁT TRỞ LẠI lúc 02:41 (31 phút không có dữ liệu)
02:41 thứ Bảy 06/02/2027 (mồng 1 Tết)
Kéo dài 31 phút (02:10 – 02:41)
Các cổng đang được nhìn lại; khoảng này không tính là ngừng.
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"blind, and seeing again before it was told", over(blind, 31*time.Minute), KindOpened, "", `🔔 GIÁM SÁT ĐÃ BỊ MÙ, TRỞ LẠI lúc 02:41 (31 phút không có dữ liệu)
02:41 thứ Bảy 06/02/2027 (mồng 1 Tết)
Kéo dài 31 phút (02:10 – 02:41)
Máy ghi nhận: điểm đối chứng trả lời: 0/5
Số cổng liên quan: 214
Các cổng đang được nhìn lại; khoảng này không tính là ngừng.
Tin báo lúc bắt đầu trước đó chưa gửi được.
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"blind for days", over(blind, 50*time.Hour), KindClosed, "", `🔔 GIÁM SÁT TRỞ LẠI lúc 04:10 (2 ngày 2 giờ không có dữ liệu)
04:10 thứ Hai 08/02/2027 (mồng 3 Tết)
Kéo dài 2 ngày 2 giờ (02:10 thứ Bảy 06/02/2027 – 04:10 thứ Hai 08/02/2027)
Các cổng đang được nhìn lại; khoảng này không tính là ngừng.
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"the browser fails", browser, KindOpened, "", `⚠️ TRÌNH DUYỆT GIÁM SÁT LỖI từ 02:10: đang chạy chế độ rút gọn
02:10 thứ Bảy 06/02/2027 (mồng 1 Tết)
Vẫn biết cổng nào ngừng, nhưng KHÔNG so được giao diện và ảnh với bản mẫu.
Máy ghi nhận: chrome: không mở được trang thử 5 phút liền evil[.]vip
Cần làm: khởi động lại dịch vụ canhcong; nếu vẫn lỗi, xem nhật ký và bộ nhớ của máy giám sát
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"the browser runs again", over(browser, time.Hour+5*time.Minute), KindClosed, "", `✅ TRÌNH DUYỆT GIÁM SÁT CHẠY LẠI lúc 03:15 (1 giờ 5 phút ở chế độ rút gọn)
03:15 thứ Bảy 06/02/2027 (mồng 1 Tết)
Kéo dài 1 giờ 5 phút (02:10 – 03:15)
Giao diện các cổng đang được so lại với bản mẫu.
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"late", overdue, KindOpened, "", `⚠️ GIÁM SÁT CHẬM từ 02:10: có cổng quá hạn nhìn
02:10 thứ Bảy 06/02/2027 (mồng 1 Tết)
Sự cố ở các cổng quá hạn sẽ được phát hiện muộn.
Số cổng liên quan: 37
Cần làm: xem tải và bộ nhớ của máy giám sát; nếu số cổng không giảm, khởi động lại dịch vụ canhcong
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"keeping up again", over(overdue, 42*time.Second), KindClosed, "", `✅ GIÁM SÁT ĐÃ KỊP LẠI lúc 02:10 (chậm 42 giây)
02:10 thứ Bảy 06/02/2027 (mồng 1 Tết)
Kéo dài 42 giây (02:10 – 02:10)
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"disk", disk, KindOpened, "", `⚠️ Ổ ĐĨA MÁY GIÁM SÁT SẮP ĐẦY từ 02:10
02:10 thứ Bảy 06/02/2027 (mồng 1 Tết)
Khi đầy hẳn, hệ thống không ghi được sổ và không giữ được chứng cứ.
Máy ghi nhận: còn 4,8% (1,2 GB)
Cần làm: dọn ổ đĩa hoặc thêm dung lượng ngay
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"room again, both in one", over(disk, 20*time.Minute), KindOpened, "", `✅ Ổ ĐĨA MÁY GIÁM SÁT TỪNG SẮP ĐẦY, ĐÃ ĐỦ CHỖ lúc 02:30 (sau 20 phút)
02:30 thứ Bảy 06/02/2027 (mồng 1 Tết)
Kéo dài 20 phút (02:10 – 02:30)
Máy ghi nhận: còn 4,8% (1,2 GB)
Tin báo lúc bắt đầu trước đó chưa gửi được.
Chi tiết: https://canhcong.tinhmau.gov.vn/alerts`},
		{"blind, in English", blind, KindOpened, targets.English, `🔕 MONITOR BLIND since 02:10: no portal is called down
02:10 Saturday 06/02/2027 (day 1 of Tết)
Our own uplink is away; this is no outage of the portals.
Facts: canaries that answered: 0/5
Portals concerned: 214
To do: check the uplink, DNS and firewall of the monitor; it looks again by itself
Details: https://canhcong.tinhmau.gov.vn/alerts`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := d.NoticeWords(test.n, test.kind, test.lang)
			if have := m.Title + "\n" + m.Body; have != test.want {
				t.Errorf("have:\n%s\n\nwant:\n%s", have, test.want)
			}
		})
	}
}

// Every kind has words of its own, in both languages, and none of them forgets an argument.
func TestEveryNoticeHasWords(t *testing.T) {
	d, seen := &Desk{}, map[string]bool{}
	if len(noticeWords) != len(NoticeKinds) {
		t.Errorf("have words for %d kinds, want %d", len(noticeWords), len(NoticeKinds))
	}
	for _, kind := range NoticeKinds {
		for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
			live := Notice{ID: 1, Kind: kind, Since: at(2, 10)}
			past := live
			past.Until = at(2, 41)
			for _, m := range []Message{d.NoticeWords(live, KindOpened, lang), d.NoticeWords(past, KindOpened, lang), d.NoticeWords(past, KindClosed, lang)} {
				if seen[m.Title] || strings.Contains(m.Title+m.Body, "%") || m.Body == "" {
					t.Errorf("%s in %s: have %q", kind, lang, fmt.Sprint(m))
				}
				seen[m.Title] = true
			}
		}
	}
}

// What the machine measured is said in the language of whoever reads it.
func TestFactsInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		kind           NoticeKind
		detail, vi, en string
	}{
		{NoticeDisk, "4%", "còn 4%", "4% free"},
		{NoticeClock, "+3420", "lệch +3420 giây", "off by +3420 seconds"},
		{NoticeBlind, "1/5", "điểm đối chứng trả lời: 1/5", "canaries that answered: 1/5"},
		{NoticeBlind, "", "", ""},
		{NoticeJob, "backup: no room", "backup: no room", "backup: no room"},
	} {
		n := Notice{Kind: c.kind, Detail: c.detail}
		if vi, en := n.Facts(targets.Vietnamese), n.Facts(targets.English); vi != c.vi || en != c.en {
			t.Errorf("%s: have %q and %q, want %q and %q", c.kind, vi, en, c.vi, c.en)
		}
	}
}
