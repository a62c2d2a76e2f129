package notify

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// hacked is an office whose portal was defaced, by people who try to write on its papers; its staff have done something about it.
func hacked(t *testing.T, o Options) (*office, Incident) {
	t.Helper()
	of := newOffice(t, o)
	defaced := of.paint()
	list := "unit,name,duty,phone,mailbox,until\nUBND phường Ví Dụ,Người <b>Mẫu</b> A,quản trị cổng,0000000001,,31/12/2100\nUBND phường Ví Dụ,Người Cũ,,0000000009,,01/01/1999\nCông an tỉnh Tỉnh Mẫu,Người Mẫu B,,,b@tinhmau.example,\n"
	if _, err := of.registry.ImportContacts(t.Context(), strings.NewReader(list), "quantri", false); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		v := defaced()
		v.Observation.Site.Profile = brisk
		if _, err := of.Handle(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	return of, of.only()
}

func contains(t *testing.T, what string, text []byte, want, never []string) {
	t.Helper()
	for _, one := range want {
		if !strings.Contains(string(text), one) {
			t.Errorf("%s lacks %q", what, one)
		}
	}
	for _, one := range never {
		if strings.Contains(string(text), one) {
			t.Errorf("%s has %q", what, one)
		}
	}
	if t.Failed() {
		t.Fatalf("%s", text)
	}
}

// TestFilingPapers reads both reports of an incident as the authority does.
func TestFilingPapers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, i := hacked(t, Options{Letterhead: Letterhead{Body: "TRUNG TÂM <CHUYỂN ĐỔI SỐ>", To: "Lãnh đạo tỉnh", Authority: "Phòng An ninh mạng"}})
		shut := o.open()
		time.Sleep(time.Minute)
		shut()
		if _, err := o.AddPerson(t.Context(), Person{Login: "truca", Name: "Trực A", Role: Duty}); err != nil {
			t.Fatal(err)
		}
		write := func(k FilingKind) []byte {
			t.Helper()
			p, err := o.FilingPaper(t.Context(), i.ID, k)
			if err != nil || p.Problem != nil || p.Incident.Number != i.Number {
				t.Fatalf("have %v and %v", err, p.Problem)
			}
			return p.HTML
		}
		never := []string{"<b>Mẫu", "<CHUYỂN", "http://evil", "Người Cũ", "Lãnh đạo tỉnh", "%!", "ZgotmplZ", "nguyenvan"}
		contains(t, "the initial report", write(FilingInitial), []string{"BÁO CÁO BAN ĐẦU SỰ CỐ", "Sự cố " + i.Number, "DỰ THẢO", "Số: ……/BC-……", "Kính gửi: Phòng An ninh mạng", "TRUNG TÂM &lt;CHUYỂN ĐỔI SỐ&gt;",
			"UBND phường Ví Dụ", "phuongvidu.tinhmau.gov.vn", "☒ Thay đổi giao diện", "☐ Tấn công từ chối dịch vụ", "Người &lt;b&gt;Mẫu&lt;/b&gt; A", "0000000001", "chưa kiểm tra", "đến 31/12/2100",
			"b@tinhmau.example", officialMoment(i.SuspectedAt), officialMoment(i.SuspectedAt.Add(24 * time.Hour)), "☒ chưa xử lý", "Kênh chung inbox (", "SHA-256:<br><small>", "data:image/png;base64,", "Hacked By", "chưa xác nhận"}, never)
		verified, err := o.Verify(t.Context(), i.ID, FoundReal, "truca", "đã gọi đơn vị")
		if err == nil {
			_, err = o.Tick(t.Context(), i.ID, "evidence", true, "truca")
		}
		if err == nil {
			_, err = o.Reported(t.Context(), i.ID, FilingInitial, Letter{"12/BC-<TT>", time.Now(), "truca"})
		}
		if err == nil {
			_, err = o.Count(t.Context(), i.ID, i.SuspectedAt.Add(-time.Hour), "quantri", "đơn vị <i>báo</i> trước")
		}
		if err == nil {
			_, err = o.Fix(t.Context(), i.ID, "truca", "khôi phục từ bản sao lưu")
		}
		if err != nil {
			t.Fatal(err)
		}
		contains(t, "the draft of a closing report", write(FilingClosing), []string{"Sự cố chưa kết thúc", "số 12/BC-&lt;TT&gt; ngày " + officialDay(time.Now())}, never)
		o.see(o.site, content, "n n n")
		time.Sleep(time.Hour)
		contains(t, "the closing report", write(FilingClosing), []string{"BÁO CÁO KẾT THÚC ỨNG PHÓ SỰ CỐ", "Trực A", officialMoment(verified.FoundAt), "Giữ chứng cứ trước khi sửa", "khôi phục từ bản sao lưu",
			"đơn vị &lt;i&gt;báo&lt;/i&gt; trước", officialMoment(i.SuspectedAt.Add(71 * time.Hour)), "đã khôi phục", "Báo cáo ban đầu: 12/BC-&lt;TT&gt;", "☐ Tìm đường vào"}, append(never, "Sự cố chưa kết thúc"))
	})
}

// TestFilingOfADrill says that it is one, and tells nothing that was seen.
func TestFilingOfADrill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.paint()
		i, err := o.Drill(t.Context(), o.site.ID, baseline.ConcernContent, "quantri")
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range FilingKinds {
			p, err := o.FilingPaper(t.Context(), i.ID, k)
			if err != nil {
				t.Fatal(err)
			}
			contains(t, "the paper of a drill", p.HTML, []string{"DIỄN TẬP – không có sự cố thật", "giả định trang chủ", "DT-"}, []string{"SHA-256: <", "hạn báo cáo"})
		}
	})
}

// TestOwnTemplates writes with the office's own template where it works, and says what is wrong with it otherwise.
func TestOwnTemplates(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	dir := t.TempDir()
	o := newOffice(t, Options{Templates: filepath.Join(dir, "templates")})
	site, err := o.registry.Add(t.Context(), targets.Draft{Name: "Cổng " + hostile, URL: "https://xamaumuc.tinhmau.gov.vn/", Unit: hostile})
	if err != nil {
		t.Fatal(err)
	}
	o.see(site, content, "d d")
	i := o.only()
	for _, c := range []struct{ name, template, want, problem string }{
		{"none", "", "BÁO CÁO BAN ĐẦU SỰ CỐ", ""},
		{"its own", "\uFEFF<p title=\"{{.Unit}}\">{{.Portal}} riêng</p><a href=\"{{.Unit}}\">x</a><script>var u = {{.Unit}};</script>", "Cổng &#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt; riêng", ""},
		{"its own, in our layout", "{{template \"begin\" .}}{{template \"head\" .}}<p>Mẫu tỉnh</p>{{template \"end\"}}", "<p>Mẫu tỉnh</p>", ""},
		{"its own head", "{{define \"head\"}}<p>đầu riêng</p>{{end}}{{template \"head\" .}}", "<p>đầu riêng</p>", ""},
		{"a mistake of grammar", "<p>một\nhai\n{{if .Drill}}ba", "Mẫu riêng của cơ quan có lỗi", "templates/initial.html:3"},
		{"an unknown field", "<p>một\n{{.KhongCo}}</p>", "Mẫu riêng của cơ quan có lỗi", "templates/initial.html:2"},
		{"a template that is not there", "\n\n{{template \"khongco\"}}", "Mẫu riêng của cơ quan có lỗi", "khongco"},
		{"HTML that cannot be escaped", "<p>\n<a {{if .Drill}}href=\"{{end}}>x</a>", "Mẫu riêng của cơ quan có lỗi", "templates/initial.html:2"},
		{"nothing", " \n", "Mẫu riêng của cơ quan có lỗi", "templates/initial.html is empty"},
		{"no text", "\xff\xfe", "Mẫu riêng của cơ quan có lỗi", "is not UTF-8"},
		{"without end", "{{range 100000000}}một hai ba bốn năm{{end}}", "Mẫu riêng của cơ quan có lỗi", "templates/initial.html"},
		{"too large", strings.Repeat("x", maxTemplate+1), "Mẫu riêng của cơ quan có lỗi", "is larger than"},
	} {
		if c.template != "" {
			if err := os.MkdirAll(filepath.Join(dir, "templates"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "templates", "initial.html"), []byte(c.template), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := o.FilingPaper(t.Context(), i.ID, FilingInitial)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(p.HTML), c.want) || strings.Contains(string(p.HTML), "<script>alert") {
			t.Errorf("%s: have %s", c.name, p.HTML)
		}
		if (p.Problem == nil) != (c.problem == "") || p.Problem != nil && !strings.Contains(p.Problem.Error(), c.problem) {
			t.Errorf("%s: have the problem %v, want %q", c.name, p.Problem, c.problem)
		}
		if p.Problem != nil && !strings.Contains(string(p.HTML), "BÁO CÁO BAN ĐẦU SỰ CỐ") {
			t.Errorf("%s: nothing was written with ours", c.name)
		}
	}
	if p, err := o.FilingPaper(t.Context(), i.ID, FilingClosing); err != nil || p.Problem != nil {
		t.Errorf("the other report: have %v, %v, want it untouched", p.Problem, err)
	}
}
