package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

func TestRosterCommands(t *testing.T) {
	data := t.TempDir()
	canhcong, must := commands(t, data, nil)
	day := func(n int, layout string) string {
		return time.Now().In(targets.Vietnam).AddDate(0, 0, n).Format(layout)
	}
	write := func(name, content string) string {
		t.Helper()
		path := filepath.Join(data, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	must("user", "add", "truca", "--name", "Trực A")
	must("user", "add", "trucb", "--name", "Trực B")
	good := write("lich.csv", "ngày,giờ,cấp,người trực,ghi chú\n"+day(1, "02/01/2006")+",07:30-19:00,1,Trực A,\n,19:00-07:30,1,trucb,ca đêm\n")
	wantWords(t, must("roster", "import", good, "--dry-run"), "chưa ghi gì: sẽ thêm 2", "Trực B", "ca đêm")
	wantWords(t, must("roster", "show"), "SHIFT")
	wantWords(t, must("roster", "import", good), "Đã thêm 2 ca trực; 0 ca đã có")
	wantWords(t, must("roster", "import", good), "Đã thêm 0 ca trực; 2 ca đã có")
	bad := write("sai.csv", "ngày,giờ,người trực\n"+day(2, "02/01/2006")+",07:30-19:00,truca\n"+day(3, "02/01/2006")+",07:30-19:00,Người Lạ\n")
	if out, err := canhcong("roster", "import", bad); err == nil || !strings.Contains(out, "dòng 3: Không có ai tên") || !strings.Contains(err.Error(), "chưa ghi gì") {
		t.Errorf("have %v\n%s\nwant the row and what to do", err, out)
	}
	wantWords(t, must("roster", "add", "truca", "--tier", "2", "--from", day(4, "2006-01-02")+"T07:30", "--until", day(4, "2006-01-02")+"T19:00", "--note", "dự phòng"), "dự phòng")
	wantWords(t, must("roster", "swap", "2", "truca", "--reason", "về quê"), "truca", "19:00")
	wantWords(t, must("roster", "remove", "3", "--reason", "thừa"), "Đã bỏ ca 3")
	out := must("roster", "show", "--json")
	wantWords(t, out, `"login": "truca"`, `"holes": []`, `"clashes": []`)
	if strings.Contains(out, "trucb") || strings.Contains(out, `"tier": 2`) {
		t.Errorf("what was swapped or removed is shown:\n%s", out)
	}
	must("period", "add", "Tết", "--province", "--until", day(2, time.DateOnly))
	if out, err := canhcong("roster", "show"); err == nil || !strings.Contains(out, "CHƯA CÓ NGƯỜI: Trực giám sát") {
		t.Errorf("have %v\n%s\nwant the holes of the period", err, out)
	}
	for _, wrong := range [][]string{
		{"roster", "import", filepath.Join(data, "khong-co.csv")},
		{"roster", "add", "ai", "--from", day(1, time.DateOnly), "--until", day(1, time.DateOnly)},
		{"roster", "add", "truca", "--tier", "7", "--from", day(1, time.DateOnly), "--until", day(1, time.DateOnly)},
		{"roster", "add", "truca", "--from", "mai", "--until", "mốt"},
		{"roster", "swap", "99", "truca", "--reason", "x"},
		{"roster", "swap", "1", "truca", "--reason", "x"},
		{"roster", "remove", "1", "--reason", " "},
		{"roster", "show", "--from", "hôm qua"},
	} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}
