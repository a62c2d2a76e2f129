package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestContactCommand(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(t.TempDir(), "daumoi.csv")
	canhcong, must := commands(t, data, nil)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must("site", "add", "phuongvidu.tinhmau.gov.vn", "--unit", "UBND phường Ví Dụ")
	if out, _ := canhcong("doctor"); !strings.Contains(out, "Đơn vị chưa có đầu mối") {
		t.Errorf("have %s, want a unit with nobody to call", out)
	}
	write("unit,name,phone\nUBND phường Ví Dụ,Người Mẫu A,0000000001\nNhà mạng Ví Dụ,Người Mẫu B,0000000002\n")
	wantWords(t, must("contact", "import", file, "--dry-run"), "sẽ ghi 2 đầu mối")
	wantWords(t, must("contact", "import", file), "Đã ghi 2 đầu mối", "“Nhà mạng Ví Dụ” không phải đơn vị có cổng")
	wantWords(t, must("contact", "check", "1"), "còn đúng")
	wantWords(t, must("contact", "list"), "Người Mẫu A", "0000000002", "cli:")
	if out, _ := canhcong("doctor"); strings.Contains(out, "Đơn vị chưa có đầu mối") {
		t.Errorf("have %s, want nothing of contacts", out)
	}
	must("contact", "end", "2")
	if out := must("contact", "list"); strings.Contains(out, "Người Mẫu B") || !strings.Contains(must("contact", "list", "--all"), "Người Mẫu B") {
		t.Errorf("have %s, want the one that holds", out)
	}
	if have, want := auditOf(t, data), "contact.import  cli:|contact.check contact/1 cli:|contact.end contact/2 cli:"; have != want {
		t.Errorf("audit: have %s, want %s", have, want)
	}
	write("unit,name,phone\nX,,1\n")
	if out, err := canhcong("contact", "import", file); err == nil || !strings.Contains(out, "dòng 2: thiếu họ tên") {
		t.Errorf("have %s, %v", out, err)
	}
	for _, wrong := range [][]string{{"contact", "check", "9"}, {"contact", "end", "9"}, {"contact", "import", file + "x"}} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}
