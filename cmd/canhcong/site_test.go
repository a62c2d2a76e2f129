package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canhcong/targets"
)

// siteOutput runs one site command on the data folder and returns what it printed.
func siteOutput(t *testing.T, data string, lang targets.Language, command interface{ Run(*app) error }) (string, error) {
	t.Helper()
	var out strings.Builder
	err := command.Run(&app{ctx: t.Context(), out: &out, config: defaultConfig(), data: data, lang: lang})
	return out.String(), err
}

func wantWords(t *testing.T, have string, want ...string) {
	t.Helper()
	for _, words := range want {
		if !strings.Contains(have, words) {
			t.Errorf("have\n%s\nwant %q in it", have, words)
		}
	}
}

func TestSiteImportListShowRemove(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(t.TempDir(), "cong.csv")
	content := "Tên;Địa chỉ;Đơn vị;Mức ưu tiên\nCổng A;a.tinhmau.gov.vn;UBND tỉnh;cao\nCổng B;b.tinhmau.gov.vn;;\nCổng A nữa;www.a.tinhmau.gov.vn;;\nHỏng;localhost;;\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := siteOutput(t, data, targets.Vietnamese, siteImport{File: file, DryRun: true})
	if err == nil || err.Error() != "1 dòng chưa nhập được" {
		t.Errorf("have error %v", err)
	}
	wantWords(t, out, "Chạy thử, chưa ghi gì: sẽ thêm 2 cổng, 1 đã có, 1 dòng lỗi.")
	out, _ = siteOutput(t, data, targets.Vietnamese, siteList{})
	wantWords(t, out, "Chưa có cổng nào.")

	out, err = siteOutput(t, data, targets.English, siteImport{File: file})
	if err == nil || err.Error() != "1 rows could not be imported" {
		t.Errorf("have error %v", err)
	}
	wantWords(t, out, "2 portals added, 1 known already, 1 bad rows.", "line 4: www.a.tinhmau.gov.vn  The same portal as on line 2", "line 5: localhost  The address “localhost” has no complete domain name")

	out, _ = siteOutput(t, data, targets.Vietnamese, siteList{})
	wantWords(t, out, "SỐ", "ƯU TIÊN", "1   cao      UBND tỉnh       Cổng A  https://a.tinhmau.gov.vn/")
	out, _ = siteOutput(t, data, targets.Vietnamese, siteShow{ID: 1})
	wantWords(t, out, "Cổng A", "Khóa nhận trùng", "15m\n", "20s, 40s, 1m", "5 lần, cách nhau 1m", "Sẵn sàng 30 ngày qua", "chưa có dữ liệu")
	out, err = siteOutput(t, data, targets.Vietnamese, siteRemove{ID: 1})
	if err != nil {
		t.Error(err)
	}
	wantWords(t, out, "Đã thôi theo dõi cổng số 1: Cổng A (https://a.tinhmau.gov.vn/), đơn vị UBND tỉnh.")
	_, err = siteOutput(t, data, targets.Vietnamese, siteShow{ID: 1})
	if err == nil || !strings.HasPrefix(err.Error(), "Không có cổng số 1.") {
		t.Errorf("have error %v", err)
	}
}

func TestSiteAddSaysWhatIsWrong(t *testing.T) {
	data := t.TempDir()
	out, err := siteOutput(t, data, targets.Vietnamese, siteAdd{URL: "a.tinhmau.gov.vn", Priority: "Thấp"})
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, out, "Đã thêm cổng số 1: a.tinhmau.gov.vn (https://a.tinhmau.gov.vn/)")
	tests := []struct {
		add  siteAdd
		want string
	}{
		{siteAdd{URL: "http://www.a.tinhmau.gov.vn/"}, "Cổng này đã được theo dõi: số 1, a.tinhmau.gov.vn (https://a.tinhmau.gov.vn/)"},
		{siteAdd{URL: "b.tinhmau.gov.vn", Profile: "nhanh"}, "Không có nhịp theo dõi nào tên là “nhanh”."},
		{siteAdd{URL: "b.tinhmau.gov.vn", Priority: "gấp"}, "Mức ưu tiên không rõ."},
		{siteAdd{URL: "ftp://b.tinhmau.gov.vn"}, "Địa chỉ “ftp://b.tinhmau.gov.vn” không phải địa chỉ trang web."},
	}
	for _, test := range tests {
		_, err := siteOutput(t, data, targets.Vietnamese, test.add)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%+v\nhave %v\nwant %s", test.add, err, test.want)
		}
	}
}

func TestSiteListJSON(t *testing.T) {
	data := t.TempDir()
	out, err := siteOutput(t, data, targets.Vietnamese, siteList{JSON: true})
	if err != nil || out != "[]\n" {
		t.Errorf("have %q %v, want []", out, err)
	}
	if _, err := siteOutput(t, data, targets.Vietnamese, siteAdd{URL: "a.tinhmau.gov.vn/?a=1&b=2", Name: "Cổng <A>"}); err != nil {
		t.Fatal(err)
	}
	out, err = siteOutput(t, data, targets.Vietnamese, siteList{JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	var have []map[string]any
	if err := json.Unmarshal([]byte(out), &have); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"id": 1.0, "name": "Cổng <A>", "url": "https://a.tinhmau.gov.vn/?a=1&b=2", "key": "a.tinhmau.gov.vn?a=1&b=2",
		"unit": targets.UnknownUnit, "priority": 2.0, "profile": "thường", "note": ""}
	for name, value := range want {
		if have[0][name] != value {
			t.Errorf("%s: have %v, want %v", name, have[0][name], value)
		}
	}
	if len(have[0]) != len(want)+1 || !strings.HasSuffix(have[0]["added_at"].(string), "Z") {
		t.Errorf("have %v", have[0])
	}
}
