package main

import (
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

func TestPeriodAndProfileCommands(t *testing.T) {
	data := t.TempDir()
	canhcong, must := commands(t, data, nil)
	day := func(n int) string { return time.Now().In(targets.Vietnam).AddDate(0, 0, n).Format(time.DateOnly) }
	must("site", "add", "phuongvidu.tinhmau.gov.vn", "--unit", "UBND phường Ví Dụ")
	wantWords(t, must("profile", "list"), "thường", "1m0s", "cao điểm", "30s", "5m0s")
	wantWords(t, must("profile", "set", "gấp", "--probe", "20s", "--render", "2m", "--recheck", "10s,20s"), "gấp", "20s", "2m0s")
	wantWords(t, must("profile", "list"), "10s,20s")
	wantWords(t, must("period", "add", "Tết Đinh Mùi", "--letter", "12/CV-UBND", "--province", "--until", day(8)), "đợt cao điểm số 1", "cao điểm")
	wantWords(t, must("site", "show", "1"), "cao điểm")
	must("period", "add", "Đại hội", "--unit", "ubnd Phường Ví Dụ", "--profile", "gấp", "--from", day(2), "--until", day(3))
	wantWords(t, must("period", "list"), "Tết Đinh Mùi", "12/CV-UBND", "province", "true", "Đại hội", "unit 1", "gấp", "false")
	wantWords(t, must("period", "end", "1"), "số 1 kết thúc")
	if out := must("period", "list"); strings.Contains(out, "Tết") {
		t.Errorf("a period that is over is listed:\n%s", out)
	}
	wantWords(t, must("period", "list", "--all"), "Tết Đinh Mùi")
	if out := must("site", "show", "1"); strings.Contains(out, "cao điểm") {
		t.Errorf("the portal keeps the pace of a period that is over:\n%s", out)
	}
	for _, wrong := range [][]string{
		{"period", "add", "cho ai?", "--until", day(1)},
		{"period", "add", "nhịp nào?", "--province", "--profile", "không có", "--until", day(1)},
		{"period", "add", "đến bao giờ?", "--province", "--until", "mai"},
		{"period", "add", "quá dài", "--province", "--until", day(200)},
		{"period", "add", "cổng nào?", "--site", "7", "--until", day(1)},
		{"period", "add", "đơn vị nào?", "--unit", "xã Không Có", "--until", day(1)},
		{"period", "end", "9"},
		{"profile", "set", "quá nhanh", "--probe", "1s"},
		{"profile", "set", "ngược", "--probe", "10m", "--render", "1m"},
		{"profile", "set", "ít quá", "--learn-looks", "1"},
	} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}
