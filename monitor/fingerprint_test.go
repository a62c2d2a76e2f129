package monitor

import (
	"strings"
	"testing"
)

// movingPage is a page with everything on it that moves by itself, as it is one day.
const movingPage = `<!doctype html><html lang="vi"><head><title>Cổng thông tin phường Ví Dụ</title>
<link rel="stylesheet" href="/css/app.css?v=20261122"><script src="/_next/static/chunks/main-3f9a2c81.js"></script></head><body>
<form action="/tim;jsessionid=8A1B2C3D4E5F"><input type="hidden" name="__VIEWSTATE" value="dDwtMTA4"></form>
<p>Thứ Hai, ngày 23 tháng 11 năm 2026, 07:30 SA</p><p>Chủ đề: cải cách</p><p>Monday, 23 November 2026</p>
<p>Lượt truy cập: 1.234.567</p><p>Đang trực tuyến: 12</p><p>Đăng 5 phút trước</p><p>Mã phiên: 9f86d081884c7d65</p>
<div class="ad"><a href="https://bao.example/a">Báo Mẫu</a></div><div class="ad"><a href="https://dai.example/b">Đài Mẫu</a></div>
<h1>Tin tức</h1><a href="/tin/bai-viet-12.html">Hội nghị</a></body></html>`

func TestFingerprintSurvivesWhatMovesByItself(t *testing.T) {
	want := Fingerprint([]byte(movingPage))
	for name, change := range map[string][]string{
		"another day of the week": {"Thứ Hai, ngày 23", "Chủ nhật, ngày 29"},
		"another hour":            {"07:30 SA", "19:05 CH"},
		"another day in English":  {"Monday, 23 November", "Sunday, 6 December"},
		"a counter":               {"1.234.567", "1.234.999", "tuyến: 12", "tuyến: 9"},
		"time that goes by":       {"5 phút trước", "2 giờ trước"},
		"a session in the text":   {"9f86d081884c7d65", "60303ae22b998861"},
		"a session in an address": {"8A1B2C3D4E5F", "0F9E8D7C6B5A"},
		"a query":                 {"v=20261122", "v=20261123&x=abc"},
		"a file with a hash":      {"main-3f9a2c81.js", "main-9bd01e77.js"},
		"a hidden field":          {"dDwtMTA4", "dDwtMjA5"},
		"a nonce":                 {"<script src", `<script nonce="k3" src`},
		"an inline script":        {"<h1>", `<script>var phien="x7"</script><h1>`},
		"advertisements in another order": {`<div class="ad"><a href="https://bao.example/a">Báo Mẫu</a></div>`, "",
			"<h1>", `<div class="ad"><a href="https://bao.example/a">Báo Mẫu</a></div><h1>`},
		"one of them twice": {"<h1>", `<div class="ad"><a href="https://bao.example/a">Báo Mẫu</a></div><h1>`},
		"white space":       {"<h1>Tin tức", "<h1>\n\t Tin  tức"},
		"upper case":        {"Tin tức", "TIN TỨC"},
	} {
		page := strings.NewReplacer(change...).Replace(movingPage)
		if page == movingPage {
			t.Errorf("%s: nothing was changed", name)
		}
		if have := Fingerprint([]byte(page)); have != want {
			t.Errorf("%s changed the fingerprint", name)
		}
	}
}

func TestFingerprintTellsMaterialChanges(t *testing.T) {
	base := Fingerprint([]byte(movingPage))
	for name, change := range map[string][]string{
		"a headline":                 {"Tin tức", "HACKED BY"},
		"a word in a day":            {"Chủ đề", "Thứ đề"},
		"a link":                     {"<h1>", `<a href="https://nha-cai.example/"></a><h1>`},
		"a script":                   {"<h1>", `<script src="https://evil.example/x.js"></script><h1>`},
		"a frame":                    {"<h1>", `<iframe src="//evil.example/"></iframe><h1>`},
		"where a form leads":         {`action="/tim;`, `action="https://evil.example/tim;`},
		"where a link leads":         {"/tin/bai-viet", "/khac/bai-viet"},
		"a description":              {"<h1>", `<meta name="description" content="nhà cái"><h1>`},
		"a refresh":                  {"<h1>", `<meta http-equiv="refresh" content="0;url=https://evil.example/"><h1>`},
		"words with digits for some": {"Tin tức", "h4ck3d by"},
		"text that is gone":          {"<h1>Tin tức</h1>", ""},
	} {
		page := strings.NewReplacer(change...).Replace(movingPage)
		if have := Fingerprint([]byte(page)); have == base {
			t.Errorf("%s did not change the fingerprint", name)
		}
	}
}

func TestHostsThatABodyLeadsTo(t *testing.T) {
	for body, want := range map[string]string{
		`<a href="https://WWW.Bao.Example/x">`:                           "bao.example",
		`<a href="//cdn.bao.example:8443/x">`:                            "bao.example",
		`<a href="/tin//bai">`:                                           "",
		`<a href="mailto:a@bao.example">`:                                "",
		`<a href="https://user:pw@bao.example/">`:                        "bao.example",
		`<a href="http://192.0.2.7/x">`:                                  "192.0.2.7",
		`<a href="https://` + portalName + `/x">`:                        "",
		`<a href="https://khac.` + portalName + `/x">`:                   "",
		`<form action="https://thu.example">`:                            "thu.example",
		`<iframe src="https://khung.example">`:                           "khung.example",
		`<meta http-equiv="Refresh" content="3; URL='https://x.vip'">`:   "x.vip",
		`<script>var a = "https://ma.example/x.js"; // ghi chú</script>`: "ma.example",
		`<script>var a = "https:\/\/ma.example\/x.js";</script>`:         "ma.example",
		`<script>// xem them.example/</script>`:                          "",
		`<script>/* a */ var x = 1 / 2 //</script>`:                      "",
		`<img src="https://anh.example/x.png">`:                          "",
	} {
		s := sketchOf([]byte(body), portalName, speech{})
		var have []string
		for host := range s.hosts {
			have = append(have, host)
		}
		if strings.Join(have, " ") != want {
			t.Errorf("%s: have %q, want %q", body, have, want)
		}
	}
}
