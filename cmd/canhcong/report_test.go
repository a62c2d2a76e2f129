package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

func TestReportCommand(t *testing.T) {
	data := t.TempDir()
	canhcong, must := commands(t, data, environment{"CANHCONG_REPORT_BODY": "TRUNG TÂM CHUYỂN ĐỔI SỐ", "CHROME": filepath.Join(data, "nothing")})
	now := time.Now().In(targets.Vietnam)
	must("site", "add", "phuongvidu.tinhmau.gov.vn", "--unit", "UBND phường Ví Dụ")
	must("period", "add", "Tết Đinh Mùi", "--province", "--until", now.AddDate(0, 0, 8).Format(time.DateOnly))
	wantWords(t, must("report", "daily"), "BÁO CÁO NHANH", now.Format("02/01/2006"), "TRUNG TÂM CHUYỂN ĐỔI SỐ", "được giám sát: 01", "DỰ THẢO")
	wantWords(t, must("report", "daily", "--from", "2027-02-06"), "ngày 06/02/2027")
	wantWords(t, must("report", "month"), "tháng "+now.AddDate(0, 0, -now.Day()).Format("01/2006"))
	wantWords(t, must("report", "year", "--from", "2026-12-15"), "năm 2027 (từ ngày 15/12/2026 đến ngày 14/12/2027)")
	wantWords(t, must("report", "period", "--period", "tết đinh mùi"), "đợt cao điểm “Tết Đinh Mùi”")
	wantWords(t, must("report", "period", "--period", "1"), "đợt cao điểm “Tết Đinh Mùi”")
	wantWords(t, must("report", "window", "--from", "2026-01-01", "--until", "2026-01-31"), "từ ngày 01/01/2026 đến ngày 31/01/2026")
	file := filepath.Join(t.TempDir(), "baocao.html")
	wantWords(t, must("report", "daily", "--out", file), file)
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "BÁO CÁO NHANH") {
		t.Errorf("have %q, %v", text, err)
	}
	for _, wrong := range [][]string{
		{"report", "daily", "--format", "odt"}, {"report", "daily", "--format", "pdf"}, {"report", "daily", "--out", filepath.Join(t.TempDir(), "baocao.pdf")}, {"report", "daily", "--out", filepath.Join(t.TempDir(), "baocao.odt")},
		{"report"}, {"report", "weekly"}, {"report", "daily", "--from", "mai"}, {"report", "period"}, {"report", "period", "--period", "Trung thu"},
		{"report", "window", "--from", "2026-01-01"}, {"report", "window", "--from", "2026-02-01", "--until", "2026-01-01"},
	} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}

// TestReportForms writes a report in every form, as the ending of its file says or a flag.
func TestReportForms(t *testing.T) {
	needChrome(t)
	data, dir := t.TempDir(), t.TempDir()
	for args, want := range map[string]string{"a.pdf": "%PDF-", "a.html": "<!doctype html>", "a.xlsx": "PK", "a.docx": "PK", "b.pdf --format=html": "<!doctype html>"} {
		one := strings.Fields(args)
		one[0] = filepath.Join(dir, one[0])
		if err := run(t.Context(), append([]string{"--data", data, "report", "daily", "--out"}, one...), sandboxless().get, t.Output()); err != nil {
			t.Fatalf("%s: %v", args, err)
		}
		if have, err := os.ReadFile(one[0]); err != nil || !strings.HasPrefix(string(have), want) {
			t.Errorf("%s: have %.20q, %v, want %s", args, have, err, want)
		}
	}
}

// TestForeignReport has a program of others, pdftotext, find the words of a printed report.
func TestForeignReport(t *testing.T) {
	needChrome(t)
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip(err)
	}
	file := filepath.Join(t.TempDir(), "baocao.pdf")
	world := sandboxless()
	world["CANHCONG_REPORT_BODY"] = "TRUNG TÂM CHUYỂN ĐỔI SỐ"
	if err := run(t.Context(), []string{"--data", t.TempDir(), "report", "daily", "--from", "2027-02-06", "--out", file}, world.get, t.Output()); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(reader, file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, strings.Join(strings.Fields(string(text)), " "), "TRUNG TÂM CHUYỂN ĐỔI SỐ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "DỰ THẢO", "BÁO CÁO NHANH", "ngày 06/02/2027",
		"I. TÌNH HÌNH CHUNG", "Trong kỳ không xảy ra sự cố", "VI. KIẾN NGHỊ", "Nơi nhận:")
}
