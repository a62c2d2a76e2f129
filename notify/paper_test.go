package notify

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// keepPaper keeps a paper for people to look at: PAPERS_DIR=/tmp/papers go test -run TestPaper ./notify
func keepPaper(t *testing.T, name string, content []byte) {
	t.Helper()
	if dir := os.Getenv("PAPERS_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPaper reads the paper on the same weeks as a leader does.
func TestPaper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{Letterhead: Letterhead{Owner: "UBND TỈNH TỈNH MẪU", Body: "TRUNG TÂM <CHUYỂN ĐỔI SỐ>", Place: "Tỉnh Mẫu"}})
		some(t, o)
		until := time.Now().Add(time.Minute)
		for _, c := range []struct {
			about         Topic
			want, without []string
		}{
			{WindowOf(Span{until.AddDate(0, 0, -20), until}), []string{
				"UBND TỈNH TỈNH MẪU", "TRUNG TÂM &lt;CHUYỂN ĐỔI SỐ&gt;", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "DỰ THẢO", "Số: ……/BC-……",
				"Tỉnh Mẫu, ngày …… tháng …… năm 2000", "Kính gửi: ……", "VI. KIẾN NGHỊ", "Nơi nhận:", "Trong kỳ xảy ra 06 sự cố (kỳ trước: 00 sự cố)", "(tái diễn: 01)",
				"thay đổi giao diện, nội dung 04; ", "gián đoạn truy cập 02", "báo sai 01", "sự cố thật 01", "SC-2000-0001", "đã phê duyệt 03 bản mẫu", "từ chối 01 bản mẫu",
				"Các cổng bị gián đoạn nhiều nhất", "phuongvidu.tinhmau.gov.vn", "không có ca trực nào", "03 phút 00 giây",
			}, []string{"DT-2000", "Không ghi nhận tồn tại", "%!"}},
			{DayOf(until.AddDate(0, 0, -30)), []string{"BÁO CÁO NHANH", "ngày " + officialDay(until.AddDate(0, 0, -30)), "chưa có dữ liệu", "Trong kỳ không xảy ra sự cố."},
				[]string{"SC-2000", "Nguyên nhân</th>"}},
			{PeriodOf(targets.Period{Name: "Tết <b>", From: midnight(until), Until: midnight(until).AddDate(0, 0, 2)}),
				[]string{"đợt cao điểm “Tết &lt;b&gt;” (từ ngày " + officialDay(until) + " đến ngày " + officialDay(until.AddDate(0, 0, 1)) + ")"}, []string{"<b>”"}},
		} {
			r, err := o.Report(t.Context(), c.about)
			if err != nil {
				t.Fatal(err)
			}
			text, err := o.Paper(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			keepPaper(t, string(c.about.Kind)+".html", text)
			for _, want := range c.want {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s: the paper lacks %q", c.about.Kind, want)
				}
			}
			for _, never := range c.without {
				if strings.Contains(string(text), never) {
					t.Errorf("%s: the paper has %q", c.about.Kind, never)
				}
			}
			if t.Failed() {
				t.Fatalf("%s", text)
			}
		}
	})
}
