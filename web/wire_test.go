package web

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

// TestProbeShowsWhatItHeard reads the page of a probe: which machine answered and how fast, and why a browser was sent at once.
func TestProbeShowsWhatItHeard(t *testing.T) {
	h := newHouse(t)
	site := h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("truc", notify.Duty, 0)
	o := monitor.Observation{Site: site, Depth: monitor.Probe, At: time.Now(), Outcome: monitor.OK, Status: http.StatusOK, FinalURL: site.URL,
		Timings: &monitor.Timings{DNS: 3 * time.Millisecond, Connect: 5 * time.Millisecond, Total: 41 * time.Millisecond},
		Wire: &monitor.Wire{
			Servers: []monitor.Server{{Name: "phuongvidu.tinhmau.gov.vn:443", Address: netip.MustParseAddr("192.0.2.7"),
				Unreached: []monitor.Unreached{{Address: netip.MustParseAddr("2001:db8::7"), Reason: "connection refused"}}}},
			Words: []string{"nhà cái"}, Hosts: []string{"ban<b>ca.example"}}}
	must(t, h.archive.Save(t.Context(), &o, monitor.Rendering{}))
	body := h.get("truc", lookPath(o.ID)).Body.String()
	for _, want := range []string{"192.0.2.7", "2001:db8::7", "connection refused", "nhà cái", "nhìn lại ngay bằng trình duyệt", "DNS 3 · kết nối 5", "tổng 41 ms", "ban&lt;b&gt;ca"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of a probe does not say %q", want)
		}
	}
	for _, not := range []string{"Không có gì đáng ngờ", "Không có ảnh"} {
		if strings.Contains(body, not) {
			t.Errorf("the page of a probe says %q", not)
		}
	}
	o.Wire.Words, o.Wire.Hosts = nil, nil
	must(t, h.archive.Save(t.Context(), &o, monitor.Rendering{}))
	if body := h.get("truc", lookPath(o.ID)).Body.String(); strings.Contains(body, "nhìn lại ngay bằng trình duyệt") {
		t.Error("the page of a probe that heard nothing new speaks of a look that it asked for")
	}
}
