package chrome

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
)

// refusing returns an address at which nobody listens.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/"
}

// garbage returns the address of a server that speaks neither TLS nor HTTP.
func garbage(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(c, "\x00\x01\x02\x03 khong phai TLS\r\n\r\n")
			c.Close()
		}
	}()
	return "https://" + l.Addr().String() + "/"
}

func TestNoDocument(t *testing.T) {
	url := site{
		"/hang": hang,
		"/drop": func(w http.ResponseWriter, _ *http.Request) {
			c, _, _ := w.(http.Hijacker).Hijack()
			c.Close()
		},
		"/round": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) },
	}.serve(t)
	cases := []struct{ name, url, want string }{
		{"refused", refusing(t), "net::ERR_CONNECTION_REFUSED"},
		{"no such name", "http://khong-co.tinhmau.invalid/", "net::ERR_NAME_NOT_RESOLVED"},
		{"not TLS", garbage(t), "net::ERR_SSL_PROTOCOL_ERROR"},
		{"empty reply", url + "/drop", "net::ERR_EMPTY_RESPONSE"},
		{"redirects in circles", url + "/round", "net::ERR_TOO_MANY_REDIRECTS"},
		{"never answers", url + "/hang", "net::ERR_TIMED_OUT"},
	}
	for _, c := range cases {
		for _, real := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, " ", real), func(t *testing.T) {
				t.Parallel()
				got := render(t, open(t), monitor.RenderRequest{URL: c.url, RealTime: real, Deadline: 6 * time.Second})
				if got.NetError != c.want {
					t.Errorf("net error: have %q, want %q", got.NetError, c.want)
				}
				if len(got.Blocks) > 0 || got.Title != "" || len(got.Screenshot) > 0 {
					t.Errorf("Chromium's own page was taken for content: title %q, text %q", got.Title, visible(got.Page))
				}
				if c.name != "redirects in circles" && got.Status != 0 {
					t.Errorf("status: have %d, want 0", got.Status)
				}
			})
		}
	}
}

func TestWrongCertificateIsLookedBehind(t *testing.T) {
	secure := httptest.NewUnstartedServer(markup("<p>an toàn</p>"))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	got := render(t, open(t), monitor.RenderRequest{URL: secure.URL})
	if got.NetError != "" || got.Status != 200 || visible(got.Page) != "an toàn" {
		t.Errorf("have net error %q, status %d, text %q: want the page", got.NetError, got.Status, visible(got.Page))
	}
}

func TestErrorStatus(t *testing.T) {
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Server", "Microsoft-IIS/10.0")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	url := site{
		"/404":   answer(404, "<h1>Không tìm thấy trang</h1>"),
		"/503":   answer(503, "<h1>Hệ thống đang bảo trì</h1>"),
		"/500":   answer(500, ""),
		"/empty": answer(404, ""),
		"/204":   answer(204, ""),
		"/blank": answer(200, ""),
	}.serve(t)
	cases := []struct {
		path   string
		status int
		text   string
		err    string
	}{
		{path: "/404", status: 404, text: "Không tìm thấy trang"},
		{path: "/503", status: 503, text: "Hệ thống đang bảo trì"},
		{path: "/500", status: 500},
		{path: "/empty", status: 404},
		{path: "/204", status: 204, err: "net::ERR_ABORTED"},
		{path: "/blank", status: 200},
	}
	for _, c := range cases {
		t.Run(strings.Trim(c.path, "/"), func(t *testing.T) {
			t.Parallel()
			got := render(t, open(t), monitor.RenderRequest{URL: url + c.path})
			if got.Status != c.status || got.NetError != c.err {
				t.Errorf("have status %d and net error %q, want %d and %q", got.Status, got.NetError, c.status, c.err)
			}
			if have := visible(got.Page); have != c.text {
				t.Errorf("text: have %q, want %q", have, c.text)
			}
			if got.Header["server"] != "Microsoft-IIS/10.0" {
				t.Errorf("header: have %v", got.Header)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	to := func(address string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) }
	}
	url := site{
		"/dich":   markup("<h1>Đích</h1>"),
		"/http":   to("/http2"),
		"/http2":  to("/dich"),
		"/meta":   markup(`<meta http-equiv="refresh" content="0;url=/dich">`),
		"/meta9":  markup(`<meta http-equiv="refresh" content="9;url=/dich"><h1>Chờ</h1>`),
		"/script": markup(`<script>location.href='/dich'</script>`),
		"/late":   markup(`<h1>Trang cũ</h1><script>setTimeout(()=>location.replace('/dich'),20000)</script>`),
		"/mixed":  to("/script"),
		"/refresh": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Refresh", "1; url=/dich")
			fmt.Fprint(w, "<p>x")
		},
		"/round": markup(`<script>location.href='/round?'+Math.random()</script>`),
		"/blob":  markup(`<script>location.href=URL.createObjectURL(new Blob(['<h1>Trang blob</h1>'],{type:'text/html;charset=utf-8'}))</script>`),
		"/dead":  markup(`<script>location.href='http://127.0.0.1:1/'</script>`),
	}.serve(t)
	http1, client := "http", "client"
	cases := []struct {
		path string
		want []monitor.Redirect // addresses without the host
	}{
		{"/http", []monitor.Redirect{{URL: "/http2", Status: 302, How: http1}, {URL: "/dich", Status: 302, How: http1}}},
		{"/meta", []monitor.Redirect{{URL: "/dich", How: client}}},
		{"/meta9", []monitor.Redirect{{URL: "/dich", How: client}}},
		{"/script", []monitor.Redirect{{URL: "/dich", How: client}}},
		{"/late", []monitor.Redirect{{URL: "/dich", How: client}}},
		{"/mixed", []monitor.Redirect{{URL: "/script", Status: 302, How: http1}, {URL: "/dich", How: client}}},
		{"/refresh", []monitor.Redirect{{URL: "/dich", How: client}}},
	}
	for _, c := range cases {
		t.Run(strings.Trim(c.path, "/"), func(t *testing.T) {
			t.Parallel()
			got := render(t, open(t), monitor.RenderRequest{URL: url + c.path})
			for i := range got.Redirects {
				got.Redirects[i].URL = strings.TrimPrefix(got.Redirects[i].URL, url)
			}
			if !reflect.DeepEqual(got.Redirects, c.want) {
				t.Errorf("redirects: have %+v, want %+v", got.Redirects, c.want)
			}
			if got.FinalURL != url+"/dich" || got.Status != 200 || visible(got.Page) != "Đích" || got.Partial != "" {
				t.Errorf("have %s, status %d, text %q, partial %q", got.FinalURL, got.Status, visible(got.Page), got.Partial)
			}
		})
	}
	t.Run("in circles", func(t *testing.T) {
		t.Parallel()
		got := render(t, open(t), monitor.RenderRequest{URL: url + "/round"})
		if !strings.Contains(got.Partial, "without end") || len(got.Redirects) < 5 {
			t.Errorf("have partial %q and %d redirects", got.Partial, len(got.Redirects))
		}
	})
	t.Run("to a blob", func(t *testing.T) {
		t.Parallel()
		got := render(t, open(t), monitor.RenderRequest{URL: url + "/blob"})
		if !strings.HasPrefix(got.FinalURL, "blob:") || visible(got.Page) != "Trang blob" {
			t.Errorf("have %s with %q", got.FinalURL, visible(got.Page))
		}
	})
	t.Run("to nowhere", func(t *testing.T) {
		t.Parallel()
		got := render(t, open(t), monitor.RenderRequest{URL: url + "/dead"})
		if !strings.HasPrefix(got.NetError, "net::") || len(got.Blocks) > 0 {
			t.Errorf("have net error %q and text %q", got.NetError, visible(got.Page))
		}
	})
}

func TestDownloadsAreDeniedAndKept(t *testing.T) {
	t.Parallel()
	url := site{
		"/tep": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", `attachment; filename="cap-nhat.exe"`)
			_, _ = w.Write(make([]byte, 1000))
		},
		"/trang": markup(`<h1>Trang thường</h1><script>setTimeout(()=>location.href='/tep',100)</script>`),
	}.serve(t)
	for _, path := range []string{"/tep", "/trang"} {
		got := render(t, open(t), monitor.RenderRequest{URL: url + path})
		if !slices.Equal(got.Downloads, []string{url + "/tep"}) {
			t.Errorf("%s: downloads: have %v", path, got.Downloads)
		}
		if path == "/trang" && (visible(got.Page) != "Trang thường" || got.Status != 200 || got.FinalURL != url+path) {
			t.Errorf("%s: have %s with %q, partial %q", path, got.FinalURL, visible(got.Page), got.Partial)
		}
		if path == "/tep" && (got.NetError != "net::ERR_ABORTED" || got.Status != 200) {
			t.Errorf("%s: have status %d, net error %q", path, got.Status, got.NetError)
		}
	}
}

func TestDialogsAreEvidence(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Trang</h1><script>alert('Bị chiếm bởi X');document.title=confirm('Đồng ý?');setTimeout(()=>prompt('Mật khẩu?'),15000)</script>`)}.serve(t)
	got := render(t, open(t), monitor.RenderRequest{URL: url})
	want := []monitor.Dialog{{Kind: "alert", Text: "Bị chiếm bởi X"}, {Kind: "confirm", Text: "Đồng ý?"}, {Kind: "prompt", Text: "Mật khẩu?"}}
	if !reflect.DeepEqual(got.Dialogs, want) {
		t.Errorf("dialogs: have %+v, want %+v", got.Dialogs, want)
	}
	if got.Title != "false" || got.Partial != "" {
		t.Errorf("have answer %q, partial %q; want a refusal", got.Title, got.Partial)
	}
}

func TestHostsByRole(t *testing.T) {
	t.Parallel()
	url := site{
		"/app.js": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/javascript") },
		"/mat.js": http.NotFound,
	}
	url["/"] = markup(`<script src="/app.js"></script><script src="/mat.js"></script><script>fetch('http://api.tinhmau.gov.vn:1/')</script>
		<link rel="stylesheet" href="http://css.tinhmau.gov.vn:1/a.css"><img src="http://anh.tinhmau.gov.vn:1/a.png"><iframe src="http://khung.tinhmau.gov.vn:1/"></iframe>
		<video src="http://phim.tinhmau.gov.vn:1/a.mp4"></video><form action="http://nop.tinhmau.gov.vn/"></form><a href="https://lienket.tinhmau.gov.vn/x">Liên kết</a>`)
	address := url.serve(t)
	got := render(t, open(t), monitor.RenderRequest{URL: address})
	want := map[monitor.Role][]string{
		monitor.RoleScript: {"127.0.0.1"}, monitor.RoleFetch: {"api.tinhmau.gov.vn"}, monitor.RoleStyle: {"css.tinhmau.gov.vn"},
		monitor.RoleImage: {"anh.tinhmau.gov.vn"}, monitor.RoleFrame: {"khung.tinhmau.gov.vn"}, monitor.RoleMedia: {"phim.tinhmau.gov.vn"},
		monitor.RoleForm: {"nop.tinhmau.gov.vn"}, monitor.RoleLink: {"lienket.tinhmau.gov.vn"},
	}
	if !reflect.DeepEqual(got.Hosts, want) {
		t.Errorf("hosts:\nhave %v\nwant %v", got.Hosts, want)
	}
	if len(got.Loaded) != 1 || got.Loaded[0].URL != address+"/app.js" {
		t.Errorf("loaded: have %+v", got.Loaded)
	}
	missing := func(r monitor.Resource) bool { return r.URL == address+"/mat.js" && r.Reason == "HTTP 404" }
	if !slices.ContainsFunc(got.Failed, missing) {
		t.Errorf("failed: have %+v", got.Failed)
	}
}
