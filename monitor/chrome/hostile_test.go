package chrome

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
)

// trickle sends the head of a page at once and then a little every so often, for ever.
func trickle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	for i := 0; ; i++ {
		fmt.Fprintf(w, "<p>Đoạn %d</p>%s", i, strings.Repeat(" ", 1024))
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// events opens a stream of server-sent events and sends nothing.
func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// flood sends bytes without end.
func flood(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		line := []byte("<p>" + strings.Repeat("lũ ", 10_000) + "</p>\n")
		for r.Context().Err() == nil {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}
}

func TestPagesThatNeverSettle(t *testing.T) {
	const greeting = `<h1>Trang vẫn đọc được</h1>`
	url := site{
		"/hang":       hang,
		"/events":     events,
		"/trickle":    trickle,
		"/flood-html": flood("text/html; charset=utf-8"),
		"/flood-data": flood("application/octet-stream"),
		"/image":      markup(greeting + `<img src="/hang">`),
		"/style":      markup(greeting + `<link rel="stylesheet" href="/hang">`),
		"/fetch":      markup(greeting + `<script>fetch('/hang')</script>`),
		"/stream":     markup(greeting + `<script>new EventSource('/events')</script>`),
		"/loop":       markup(greeting + `<script>setTimeout(()=>{for(;;);},50)</script>`),
		"/loop-now":   markup(greeting + `<script>for(;;);</script>`),
		"/loop-often": markup(greeting + `<script>setInterval(()=>{const end=performance.now()+1e9;for(;performance.now()<end;);},10)</script>`),
		"/microtasks": markup(greeting + `<script>function f(){Promise.resolve().then(f)};setTimeout(f,20)</script>`),
		"/alerts":     markup(greeting + `<script>for(;;)alert('Đã bị chiếm quyền')</script>`),
		"/big":        markup(greeting + `<script>fetch('/flood-data').then(r=>r.arrayBuffer())</script>`),
		"/popups":     markup(greeting + `<script>setInterval(()=>window.open('/image'),20)</script>`),
		"/reload":     markup(greeting + `<script>location.reload()</script>`),
		"/pushes":     markup(greeting + `<script>let i=0;setInterval(()=>history.pushState(0,'','/gia-mao'+i++),1)</script>`),
		"/unload":     markup(greeting + `<script>onbeforeunload=e=>{e.preventDefault();return 'x'};setTimeout(()=>location='/image',100)</script>`),
		"/console":    markup(greeting + `<script>setInterval(()=>{for(let i=0;i<1000;i++)console.log('x'.repeat(1000))},1)</script>`),
		"/print":      markup(greeting + `<script>window.print();document.documentElement.requestFullscreen?.().catch(()=>{})</script>`),
		"/frames":     markup(greeting + `<script>setInterval(()=>document.body.append(Object.assign(document.createElement('iframe'),{src:'about:blank'})),1)</script>`),
		"/nodes":      markup(greeting + `<script>let h='';for(let i=0;i<120000;i++)h+='<i>x</i>';document.body.insertAdjacentHTML('beforeend',h)</script>`),
	}.serve(t)
	cases := []struct {
		path    string
		real    bool
		partial string // part of the reason
		text    string
		missing bool // no picture is fine
		limit   time.Duration
	}{
		{path: "/image", partial: "never arrived"},
		{path: "/image", partial: "never arrived", real: true},
		{path: "/style", partial: "never arrived"},
		{path: "/fetch"},
		{path: "/stream"},
		{path: "/stream", real: true},
		{path: "/loop", partial: "busy"},
		{path: "/loop", partial: "busy", real: true},
		{path: "/loop-now", partial: "the document never finished"},
		{path: "/loop-often", partial: "busy"},
		{path: "/microtasks", partial: "busy"},
		{path: "/alerts", partial: "dialogs"},
		{path: "/big", partial: "larger"},
		{path: "/trickle", partial: "still loading", text: "Đoạn 0", limit: 10 * time.Second},
		{path: "/flood-html", partial: "*", text: "lũ lũ", missing: true},
		{path: "/popups", partial: "*"},
		{path: "/reload", partial: "without end", missing: true},
		{path: "/pushes"},
		{path: "/console", partial: "*"},
		{path: "/print"},
		{path: "/frames", partial: "*"},
		{path: "/nodes", partial: "could not be described", missing: true},
		{path: "/unload", partial: "never arrived"},
	}
	for _, c := range cases {
		t.Run(strings.Trim(fmt.Sprint(c.path, " ", c.real), "/"), func(t *testing.T) {
			t.Parallel()
			got := render(t, open(t), monitor.RenderRequest{URL: url + c.path, RealTime: c.real, Deadline: cmp.Or(c.limit, DefaultDeadline)})
			if got.NetError != "" || got.Status != 200 {
				t.Errorf("have net error %q and status %d, want a page", got.NetError, got.Status)
			}
			if c.partial == "*" {
				// Whether it settles depends on how fast the machine is.
			} else if c.partial == "" && got.Partial != "" || !strings.Contains(got.Partial, c.partial) {
				t.Errorf("partial: have %q, want %q", got.Partial, c.partial)
			}
			want := c.text
			if want == "" {
				want = "Trang vẫn đọc được"
			}
			if have := visible(got.Page); !strings.Contains(have, want) {
				t.Errorf("text: have %.200q, want %q", have, want)
			}
			if len(got.Screenshot) == 0 && !c.missing {
				t.Error("no picture")
			}
		})
	}
}
