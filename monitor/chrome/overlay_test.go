package chrome

import (
	"encoding/json"
	"fmt"
	"testing"

	"canhcong/monitor"
)

// ordinary is a page with something on its first screen.
const ordinary = `<style>body{margin:0}.anh{width:600px;height:300px;background:#369}</style><h1>Cổng thông tin điện tử tỉnh Mẫu</h1><div class="anh"></div>
	<ul><li><a href="/1">Tin một</a><li><a href="/2">Tin hai</a><li><a href="/3">Tin ba</a></ul><p style="margin-top:900px">Cuối trang</p>`

const dot = `data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==`

// covering are ways to lie over a page, and what is wanted of the first overlay.
var covering = []struct {
	name, markup  string
	tag, position string // "" when there is none to be found
	opaque, hides bool   // nearly all of it
	want          func(monitor.Overlay) bool
}{
	{"nothing", ``, "", "", false, false, nil},
	{"notice bar", `<div style="position:fixed;bottom:0;left:0;width:100%;height:80px;background:#ff0">Thông báo</div>`, "", "", false, false, nil},
	{"frame", `<iframe src="http://127.0.0.1:1/x" style="position:fixed;inset:0;width:100vw;height:100vh;border:0;z-index:999999"></iframe>`, "iframe", "fixed", true, true,
		func(o monitor.Overlay) bool {
			return o.Z == 999999 && len(o.Frames) == 1 && o.Frames[0] == "http://127.0.0.1:1/x"
		}},
	{"frame in a wrapper", `<div style="position:absolute;top:0;left:0;width:100%;height:800px"><iframe src="http://127.0.0.1:1/x" width="100%" height="100%"></iframe></div>`, "div", "absolute", true, true,
		func(o monitor.Overlay) bool { return len(o.Frames) == 1 }},
	{"picture", `<img src="` + dot + `" style="position:fixed;left:0;top:0;width:100vw;height:100vh">`, "img", "fixed", true, true,
		func(o monitor.Overlay) bool { return o.Picture > 0.9 && len(o.Pictures) == 1 && o.Exits == 0 }},
	{"background", `<div style="position:fixed;inset:0;background:url(` + dot + `)"></div>`, "div", "fixed", true, true,
		func(o monitor.Overlay) bool { return o.Picture > 0.9 }},
	{"canvas", `<canvas style="position:fixed;inset:0;width:100%;height:100%"></canvas>`, "canvas", "fixed", true, true,
		func(o monitor.Overlay) bool { return o.Pictures[0] == "canvas" }},
	{"drawing", `<svg style="position:fixed;inset:0;width:100%;height:100%"><rect width="100%" height="100%"/></svg>`, "svg", "fixed", true, true, nil},
	{"text", `<div style="position:fixed;inset:0;background:#000;color:#0f0">Nobody was here</div>`, "div", "fixed", true, true,
		func(o monitor.Overlay) bool { return o.Text == "Nobody was here" }},
	{"dialog", `<dialog id="d" style="width:100vw;height:100vh;max-width:none;max-height:none;border:0"><img src="` + dot + `" width="1300" height="700"></dialog><script>d.showModal()</script>`,
		"dialog", "fixed", true, true, func(o monitor.Overlay) bool { return o.Picture > 0.8 }},
	{"closed shadow root", `<div id="h"></div><script>h.attachShadow({mode:'closed'}).innerHTML='<div style="position:fixed;inset:0;background:#111"><img src="` + dot + `" width="1200" height="700"></div>'</script>`,
		"div", "fixed", true, true, func(o monitor.Overlay) bool { return o.Picture > 0.7 }},
	{"generated", `<style>body::after{content:"";position:fixed;inset:0;background:#000}</style>`, "::after", "fixed", true, true, nil},
	{"pulled up", `<div style="position:relative;margin-top:-1600px;height:1600px;background:#000"></div>`, "div", "relative", true, true, nil},
	{"shifted", `<div style="transform:translateY(-1600px);height:1600px;background:#000"></div>`, "div", "static", true, true, nil},
	{"popup on a veil", `<div style="position:fixed;inset:0;background:rgba(0,0,0,.6)"><div style="width:620px;margin:140px auto;background:#fff">Nghỉ lễ <button>Đóng</button></div></div>`, "div", "fixed", false, false,
		func(o monitor.Overlay) bool { return o.Exits == 1 && o.Share == 1 && o.Opaque < 0.3 }},
	{"falling petals", `<div style="position:fixed;inset:0;pointer-events:none"><img src="` + dot + `" width="20" height="20" style="position:absolute;left:300px;top:50px"></div>`, "div", "fixed", false, false, nil},
	{"invisible", `<div style="position:fixed;inset:0;background:#000;opacity:0">x</div>`, "", "", false, false, nil},
	{"under the page", `<div style="position:fixed;inset:0;background:#000;z-index:-1"></div>`, "div", "fixed", false, false,
		func(o monitor.Overlay) bool { return o.Hides == 0 }},
	{"picture behind its own words", `<div style="position:absolute;top:0;left:0;width:100%;height:700px;z-index:-1"><img src="` + dot + `" width="1366" height="700"></div>`, "div", "absolute", false, false,
		func(o monitor.Overlay) bool { return o.Hides == 0 }},
	{"closed by a script", `<div style="position:fixed;inset:0;background:#222"><span id="x">×</span><a href="https://quangcao.example/">xem</a></div><script>x.onclick=()=>{}</script>`, "div", "fixed", true, true,
		func(o monitor.Overlay) bool {
			return o.Exits == 1 && len(o.Links) == 1 && o.Links[0] == "quangcao.example"
		}},
}

func TestOverlays(t *testing.T) {
	t.Parallel()
	pages := make(site)
	for i, c := range covering {
		pages[fmt.Sprintf("/%d", i)] = markup(ordinary + c.markup)
	}
	url := pages.serve(t)
	for i, c := range covering {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := render(t, open(t), monitor.RenderRequest{URL: fmt.Sprintf("%s/%d", url, i)})
			said, _ := json.Marshal(got.Overlays)
			if got.Version != monitor.PageVersion || (len(got.Overlays) > 0) != (c.tag != "") {
				t.Fatalf("have %s, want tag %q", said, c.tag)
			}
			if c.tag == "" {
				return
			}
			o := got.Overlays[0]
			if o.Tag != c.tag || o.Position != c.position || (o.Opaque > 0.8) != c.opaque && c.hides || (o.Hides > 0.8) != c.hides {
				t.Errorf("have %s", said)
			}
			if c.want != nil && !c.want(o) {
				t.Errorf("its inside: have %s", said)
			}
		})
	}
}
