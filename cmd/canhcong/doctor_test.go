package main

import (
	"errors"
	"testing"
	"time"
)

func TestDoctorCommand(t *testing.T) {
	data := t.TempDir()
	canhcong, must := commands(t, data, nil)
	must("site", "add", "phuongvidu.tinhmau.gov.vn", "--unit", "UBND phường Ví Dụ")
	must("period", "add", "Tết", "--province", "--until", time.Now().AddDate(0, 0, 3).Format(time.DateOnly))
	for _, args := range [][]string{{"doctor"}, {"doctor", "--period", "1"}} {
		out, err := canhcong(args...)
		if exit, ok := errors.AsType[exitError](err); !ok || exit.code != 1 {
			t.Errorf("%v: have %v, want exit code 1", args, err)
		}
		wantWords(t, out, "Xét 1 cổng", "Chưa cấu hình kênh gửi nào", "Lịch trực còn khoảng trống", "phuongvidu.tinhmau.gov.vn", "Cần làm: ")
	}
	if out, err := canhcong("doctor", "--period", "7"); err == nil {
		t.Errorf("have %q, want an error: there is no such period", out)
	}
}
