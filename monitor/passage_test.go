package monitor

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// ledOn is a browser that ended elsewhere on the site.
type ledOn struct{ to, how string }

func (b ledOn) Render(context.Context, RenderRequest) (Rendering, error) {
	return Rendering{FinalURL: b.to, Status: 200, Page: Page{Title: "Đăng nhập", Blocks: []Block{{Text: "Mật khẩu"}},
		Redirects: []Redirect{{URL: b.to, How: b.how}}}}, nil
}

func TestPassageIsRead(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<title>Bảng điều khiển</title><meta http-equiv="Refresh" content="0; url=https://noi-khac.example/"><style>p{}</style><script>location='/dang-nhap'</script>
			<ul><li>Một <b>dòng</b><li><a href="https://la.example/x">liên kết</a></ul>`))
	}))
	defer server.Close()
	for how, want := range map[string]int{"client": 3, "http": 0} {
		site := targets.Site{URL: server.URL + "/"}
		o := Looker{Browser: ledOn{server.URL + "/dang-nhap", how}, Egress: egress.Policy{Loopback: true}}.Look(t.Context(), site, Render, false, 5*time.Second).Observation
		if have := len(o.Page.Blocks) - 1; have != want {
			t.Fatalf("led on by %s: %d blocks of the passage, want %d: %v", how, have, want, o.Page.Blocks)
		}
		if want == 0 {
			if o.Page.Meta["refresh"] != "" {
				t.Errorf("led on by %s: a document was read that nobody asked for", how)
			}
			continue
		}
		if have, want := o.Page.Meta["refresh"], "0; url=https://noi-khac.example/"; have != want {
			t.Errorf("what the passage asked: have %q, want %q", have, want)
		}
		first, second := o.Page.Blocks[1], o.Page.Blocks[2]
		if first != (Block{Path: "passage/title", Tag: "h1", Text: "Bảng điều khiển", Hidden: hiddenPassage}) || second.Text != "Một dòng" {
			t.Errorf("have %+v and %+v", first, second)
		}
		if len(o.Page.Links) != 1 || o.Page.Links[0].URL != "https://la.example/x" || o.Page.Links[0].Text != "liên kết" {
			t.Errorf("links %+v", o.Page.Links)
		}
	}
}

func FuzzPassage(f *testing.F) {
	f.Add([]byte("<title>a<li>b<a href=//c>d</a>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := readPassage(body, mustParse(t, "https://phuong.tinhmau.gov.vn/"))
		if len(p.blocks) > maxPassageBlocks+1 || len(p.links) > maxPassageLinks+1 {
			t.Errorf("%d blocks, %d links", len(p.blocks), len(p.links))
		}
	})
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
