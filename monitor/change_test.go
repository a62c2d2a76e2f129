package monitor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

// shouts is a lexicon of two phrases.
func shouts(text string) (words []string) {
	for _, w := range []string{"hacked by", "nhà cái"} {
		if strings.Contains(strings.ToLower(text), w) {
			words = append(words, w)
		}
	}
	return words
}

// quotation is a page that shows something else to every visitor.
func quotation(i int, more string) string {
	return "<p>trích dẫn " + strings.Repeat("a", i+1) + "</p><a href='https://bao.example/'>Báo</a>" + more
}

func TestARestlessPageIsRenderedAtOnceWhenItIsSigned(t *testing.T) {
	for name, added := range map[string]string{
		"words in a text":      "<b>Hacked</b> by mẫu",
		"words nobody sees":    "<div hidden>HACKED BY mẫu</div>",
		"words in a title":     "<img src=x.png alt='Hacked by mẫu'>",
		"words in a script":    "<script>document.body.innerHTML='<h1>Hacked by mẫu'</script>",
		"a link that is new":   "<a href='https://la.example/vao'>x</a>",
		"a script that is new": "<script src='//cdn.la.example/x.js'></script>",
		"a host in a script":   `<script>var u = "https:\/\/la.example\/x.js"</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			p := &pages{}
			var before, after time.Time
			seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) {
				for i := range 17 { // restless by now
					p.set(quotation(i, ""))
					time.Sleep(time.Minute)
				}
				before = time.Now()
				p.set(quotation(20, added))
				time.Sleep(80 * time.Second)
				after = time.Now()
				for i := range 6 {
					p.set(quotation(30+i, added))
					time.Sleep(time.Minute)
				}
			})
			if !slices.ContainsFunc(seen, func(o Observation) bool { return isRender(o) && !o.At.Before(before) && o.At.Before(after) }) {
				t.Error("it was not rendered within a probe's time")
			}
			told := count(seen, func(o Observation) bool { return isProbe(o) && alarmed(o) })
			if told != 1 {
				t.Errorf("have %d probes that tell of it, want one", told)
			}
		})
	}
}

func TestHostsThatKeepChangingAreNotRenderedAtEveryProbe(t *testing.T) {
	p := &pages{}
	seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) {
		for i := range 120 {
			p.set(fmt.Sprintf("<a href='https://la%d.example/'>Báo</a>", i))
			time.Sleep(time.Minute)
		}
	})
	if n := count(seen, isRender); n > 45 {
		t.Errorf("have %d renders in two hours, want the pace (8), and a fifth of the probes", n)
	}
}

func TestWhatProbesRememberIsStored(t *testing.T) {
	m := Memory{Raw: "ab", Fingerprint: "cd", Status: 200, ETag: `W/"1"`, Modified: "Mon, 02 Jan 2006 15:04:05 GMT", Untold: 3}
	m.learn([]string{"hacked by"}, map[string]bool{"la.example": true})
	stored, err := m.Value()
	if err != nil {
		t.Fatal(err)
	}
	var read Memory
	if err := read.Scan(stored); err != nil || fmt.Sprint(read) != fmt.Sprint(m) {
		t.Errorf("have %+v (%v), want %+v", read, err, m)
	}
	for _, broken := range []any{"", "không phải JSON", nil, `{"raw":7}`} {
		if err := read.Scan(broken); err != nil || fmt.Sprint(read) != fmt.Sprint(Memory{}) {
			t.Errorf("%v: have %+v (%v), want nothing known", broken, read, err)
		}
	}
	if empty, err := (Memory{}).Value(); err != nil || empty != "" {
		t.Errorf("have %v (%v), want nothing stored where nothing is known", empty, err)
	}
}

func TestMemoryTellsWhatIsNew(t *testing.T) {
	var m Memory
	set := func(hosts ...string) map[string]bool { return setOf(strings.Join(hosts, " ")) }
	if words, hosts := m.learn([]string{"nhà cái"}, set("bao.example")); words != nil || hosts != nil {
		t.Errorf("have %v, %v new at a site that nothing was known about", words, hosts)
	}
	m.Fingerprint = "known"
	for _, step := range []struct{ words, hosts, newWords, newHosts string }{
		{"nhà_cái", "bao.example", "", ""},
		{"nhà_cái hacked_by", "bao.example la.example", "hacked_by", "la.example"},
		{"nhà_cái hacked_by", "", "", ""},
		{"", "la.example", "", ""},
		{"hacked_by", "bao.example khac.example", "hacked_by", "khac.example"}, // words that were gone are new again, hosts are not
	} {
		if step.words == "nhà_cái" {
			m.learn(strings.Fields(step.words), nil)
		}
		words, hosts := m.learn(strings.Fields(step.words), set(step.hosts))
		if have, want := strings.Join(words, " ")+"|"+strings.Join(hosts, " "), step.newWords+"|"+step.newHosts; have != want {
			t.Errorf("%+v: have %s, want %s", step, have, want)
		}
	}
}
