package baseline

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"canhcong/monitor"
)

// tooLong is more than a reader may take over one input of the fuzzer, on a busy machine.
const tooLong = 5 * time.Second

func bounded(t *testing.T, begun time.Time, size int) {
	t.Helper()
	if took := time.Since(begun); took > tooLong {
		t.Errorf("%d bytes took %v", size, took)
	}
}

// FuzzText reads any text as a page's text is read: normalised, and matched against the lexicon.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", "N.h.à c.á.i uy tín 88", "H4CK3D BY", "h\u200backed\u00ad by", "hаcked bу", "nhà cái", "被黑 黑客 入侵", "تم اختراق",
		"Công an triệt phá đường dây đánh bạc", "\xff\xfe\x00", "🎰🎰 nổ🎰 hũ", strings.Repeat("a", 300), "e\u0301\u0323\u0302", "İıſK", "ﷺﷺﷺ", "http://keo88.example/%zz?v=1&q=2;jsessionid=3",
	} {
		f.Add(s)
	}
	plain := newPlainLexicon(shippedLexicon)
	f.Fuzz(func(t *testing.T, s string) {
		begun := time.Now()
		cleaned := clean(s)
		spaced := words(cleaned)
		if strings.Contains(spaced, "  ") || strings.TrimSpace(spaced) != spaced {
			t.Errorf("words of %q: have %q, want single spaces between words", s, spaced)
		}
		unleet(fold(cleaned))
		unit := unitText(s)
		shingles(unit, func(uint64) {})
		if marked, all := vietnamese(s); marked > all {
			t.Errorf("%q: %d of %d words are Vietnamese", s, marked, all)
		}
		if short := clip(s, 40); utf8.RuneCountInString(short) > 40 {
			t.Errorf("clip %q: have %q, longer than 40", s, short)
		}
		agree(t, shippedLexicon, plain, s)
		brandIn(s)
		bounded(t, begun, len(s))
	})
}

// FuzzAddress reads any text as a link's address is read.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"", "https://www.tinhmau.gov.vn/tin?id=1&_=2", "//keo88.example", "http://[::1]:80/", "0; url='http://a.vip/'", "javascript:alert(1)", "http://xn--/%", "HTTP://A.GOV.VN.:443/;jsessionid=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		begun := time.Now()
		host := hostOf(s)
		want := ""
		if u, err := url.Parse(s); err == nil {
			want = strings.ToLower(u.Hostname())
		}
		if host != want {
			t.Errorf("host of %q: have %q, want %q", s, host, want)
		}
		domainOf(host)
		domainOf(s)
		_ = isPeer(s)
		brandHost(host)
		brandHost(s)
		linkKey(s)
		refreshTarget(s)
		slug(s)
		_ = stablePath(s)
		_ = defang(s)
		bounded(t, begun, len(s))
	})
}

// FuzzCompare judges any stored page against an approved one, and any page against itself.
func FuzzCompare(f *testing.F) {
	base, anchor := learnt(f)
	f.Add([]byte(mustJSON(f, anchor.Page)))
	defaced := newPortal(9)
	defaced.emptied("Hacked by Sample", 0, 255)
	f.Add([]byte(mustJSON(f, defaced.done(f).Page)))
	for _, s := range []string{
		`{}`, `{"blocks":[{"path":"","tag":"h1","text":"hacked by","font":-1,"rect":{"x":-5,"w":-9}}],"links":[{"url":"%","text":"x","path":"a"}]}`,
		`{"meta":{"refresh":"0;url=http://a.vip"},"hosts":{"script":["","a..b"]},"visual":{"dark":9e300},"tag_paths":{"a":-1}}`,
		`{"redirects":[{"url":"","how":""}],"forms":[{"action":"::"}],"dialogs":[{"kind":"","text":"pwned by"}],"scripts":[{"head":"eval(atob('"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		var p monitor.Page
		if json.Unmarshal(page, &p) != nil {
			t.Skip()
		}
		begun := time.Now()
		o := anchor
		o.Page = &p
		first := Compare(base, anchor, o)
		if again := Compare(base, anchor, o); mustJSON(t, first.Evidence) != mustJSON(t, again.Evidence) || first.Content != again.Content {
			t.Error("the same look was judged in two ways")
		}
		self := Baseline{ID: 1, Profile: Learn([]monitor.Observation{o})}
		if v := Compare(self, o, o); v.Content == Defaced && weightOf(v.Evidence, SignalRedirect) == 0 {
			t.Errorf("a page compared with itself: have %s %v", v.Content, v.Evidence)
		}
		Absolute(o)
		Differences(anchor, o)
		ContentHash(o)
		JudgeNaively(anchor, o)
		for _, e := range first.Evidence {
			e.Sentence("vi")
			e.Sentence("en")
		}
		bounded(t, begun, len(page))
	})
}
