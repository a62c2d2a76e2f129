package monitor

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

// series makes probes one after the other, each knowing what the last one left.
type series struct {
	t      *testing.T
	looker Looker
	site   targets.Site
}

func (s *series) probe() Observation {
	s.t.Helper()
	sight := s.looker.Look(s.t.Context(), s.site, Probe, false, time.Minute)
	s.looker = s.looker.after(sight.Memory, sight.heard)
	return sight.Observation
}

func TestAServerChoosesItsOwnNotModified(t *testing.T) {
	for name, validator := range map[string][2]string{"a tag": {"Etag", `"v1"`}, "a date": {"Last-Modified", "Mon, 02 Nov 2026 15:04:05 GMT"}} {
		t.Run(name, func(t *testing.T) {
			body, whole, unmodified := ordinaryPage, 0, 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set(validator[0], validator[1])
				if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") == validator[1] {
					unmodified++
					w.WriteHeader(http.StatusNotModified)
					return
				}
				whole++
				io.WriteString(w, body)
			}))
			defer server.Close()
			s := series{t: t, looker: Looker{Hosts: Hosts{portalName: server.Listener.Addr().String()}}, site: targets.Site{URL: "http://" + portalName + "/"}}
			for i := range 21 {
				if o := s.probe(); o.Outcome != OK || o.Status != 200 || o.Wire.Same != (i > 0) {
					t.Fatalf("probe %d: have %s %d %+v, want ok, the same as before", i, o.Outcome, o.Status, o.Wire)
				}
			}
			if whole != 3 || unmodified != 18 {
				t.Errorf("have %d whole bodies and %d that were not modified in 21 probes, want every tenth whole", whole, unmodified)
			}
			before := s.looker.before.Fingerprint
			body = strings.Replace(body, "Tin tức", "HACKED BY", 1) // and the server still says that nothing was modified
			for range wholeEvery {
				s.probe()
			}
			if s.looker.before.Fingerprint == before {
				t.Errorf("a page that lies about being modified was not seen in %d probes", wholeEvery)
			}
		})
	}
}

func TestNotModifiedThatNobodyAskedFor(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }))
	defer server.Close()
	s := series{t: t, looker: Looker{Hosts: Hosts{portalName: server.Listener.Addr().String()}}, site: targets.Site{URL: "http://" + portalName + "/"}}
	if o := s.probe(); o.Wire.Same || o.Status != http.StatusNotModified {
		t.Errorf("have %d %+v, want no claim that it is the same", o.Status, o.Wire)
	}
}

func TestProbeRecordsItsWay(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			http.Redirect(w, r, "/vn", http.StatusMovedPermanently)
		case "/vn":
			http.Redirect(w, r, "/vn/trang-chu?phien=1", http.StatusFound)
		default:
			w.Header().Set("Server", "IIS/10.0")
			w.Header().Set("X-Powered-By", strings.Repeat("P", 1000))
			w.Header().Add("Set-Cookie", "ASP.NET_SessionId=bimat; path=/; HttpOnly")
			w.Header().Add("Set-Cookie", "lang=vi")
			w.Header().Set("X-Request-Id", "7")
			io.WriteString(w, ordinaryPage)
		}
	}))
	defer server.Close()
	o := probeOf(t, server.URL+"/", nil).Observation
	if have, want := fmt.Sprint(o.Wire.Redirects), fmt.Sprintf("[{%s/vn 301 http} {%[1]s/vn/trang-chu?phien=1 302 http}]", server.URL); have != want {
		t.Errorf("have the redirects %s, want %s", have, want)
	}
	header := o.Wire.Header
	if header["set-cookie"] != "ASP.NET_SessionId, lang" || len(header["x-powered-by"]) != headerValueLimit || header["content-type"] == "" || header["x-request-id"] != "" {
		t.Errorf("have the header %q", header)
	}
	if got := o.Timings; got.Connect <= 0 || got.FirstByte < got.Connect || got.Total < got.FirstByte || got.TLS != 0 {
		t.Errorf("have %+v, want phases that add up over three connections", got)
	}
}
