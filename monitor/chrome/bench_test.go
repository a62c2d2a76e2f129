package chrome

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"canhcong/monitor"
)

// portal is a page of the size of a real portal: about 1,700 nodes, a carousel, a clock and 40 pictures.
func portal(b *testing.B) string { return portalWith(b, 180, "") }

// portalWith is a portal with so many items of news, about nine nodes each, and more.
func portalWith(b *testing.B, items int, more string) string {
	var news strings.Builder
	for i := range items {
		fmt.Fprintf(&news, `<div class="tin"><img src="/anh%d.gif" width="120" height="80"><h3><a href="/tin/%d">Tin tức số %d của tỉnh</a></h3><p>Sáng nay, lãnh đạo tỉnh đã làm việc với các sở, ngành về chuyển đổi số.</p><span class="ngay">22/11/2026</span></div>`, i%40, i, i)
	}
	s := lively()
	s["/"] = markup(`<style>.tin{float:left;width:30%;margin:1%;border:1px solid #ccc}.ngay{color:#888}</style><h1>Cổng thông tin điện tử tỉnh Mẫu</h1><p id="gio"></p>` +
		news.String() + more + `<script>setInterval(()=>{document.getElementById('gio').textContent=new Date().toLocaleString('vi-VN')},1000)</script>`)
	picture := blinking(0)
	for i := range 40 {
		s[fmt.Sprintf("/anh%d.gif", i)] = func(w http.ResponseWriter, r *http.Request) { picture(w, r) }
	}
	return s.serve(b)
}

// Benchmark_Render measures one look at a portal, one at a time.
func Benchmark_Render(b *testing.B) {
	url, chrome := portal(b), open(b)
	looks(b, func() { renderOnce(b, chrome, url) })
}

// Benchmark_RenderFour measures it with four looks at once, as production does on two cores.
func Benchmark_RenderFour(b *testing.B) {
	url, chrome := portal(b), open(b)
	renderOnce(b, chrome, url)
	b.SetParallelism(max(1, 4/runtime.GOMAXPROCS(0)))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			renderOnce(b, chrome, url)
		}
	})
	perMinute(b)
}

// Benchmark_Start measures how long a new browser takes until its first look is done.
func Benchmark_Start(b *testing.B) {
	url, o := portal(b), options(b)
	looks(b, func() {
		chrome, err := New(o)
		if err != nil {
			b.Fatal(err)
		}
		renderOnce(b, chrome, url)
		if err := chrome.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

// looks runs f b.N times, after once to warm up.
func looks(b *testing.B, f func()) {
	f()
	b.ResetTimer()
	for b.Loop() {
		f()
	}
	perMinute(b)
}

// perMinute reports the rate.
func perMinute(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Minutes(), "looks/min")
}

// renderOnce makes one look, which must be whole.
func renderOnce(b *testing.B, chrome *Browser, url string) {
	got, err := chrome.Render(b.Context(), monitor.RenderRequest{URL: url})
	if err != nil || got.Partial != "" || len(got.Screenshot) == 0 || len(got.Blocks) < 500 {
		b.Errorf("have %v, partial %q, %d blocks", err, got.Partial, len(got.Blocks))
	}
}
