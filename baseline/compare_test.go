package baseline

import (
	"encoding/json"
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"

	"canhcong/monitor"
	"canhcong/targets"
)

var quiet = []Content{Normal, Changed}

// cases are what happens to portals, and what the judge may answer.
var cases = []struct {
	name   string
	change func(b *portal)
	want   []Content
	signal Signal // that must be there, "" for any
}{
	{"same again", func(b *portal) {}, []Content{Normal}, ""},
	{"carousel moved", func(b *portal) { b.s.slide = 7 }, []Content{Normal}, ""},
	{"clock and counter", func(b *portal) {
		b.p.Blocks[len(b.p.Blocks)-3].Text = "Đang truy cập: 99 – Tổng lượt: 9999999"
	}, []Content{Normal}, ""},
	{"two new headlines", func(b *portal) { replaceNews(b, tomorrow[:2]) }, []Content{Normal}, ""},
	{"all news replaced", func(b *portal) { replaceNews(b, append(tomorrow, tomorrow[0]+" lần hai", tomorrow[1]+" lần hai")) }, quiet, ""},
	{"notice bar pushes the page down", noticeBar, quiet, ""},
	{"Tết banner", tetBanner, quiet, ""},
	{"police news about gambling", policeNews, quiet, ""},
	{"security news quotes a defacement", securityNews, quiet, ""},
	{"mourning", func(b *portal) {}, quiet, SignalColour},
	{"new agency embedded", func(b *portal) { b.host(monitor.RoleFrame, "camera.tinhmau.gov.vn") }, []Content{Changed}, SignalFrameOrigin},
	{"video embedded", func(b *portal) { b.host(monitor.RoleFrame, "www.youtube.com") }, []Content{Changed}, SignalFrameOrigin},
	{"redesign", redesign, []Content{Changed, Suspicious}, ""},
	{"maintenance page", maintenance, []Content{Changed}, SignalRepair},
	{"stylesheets failed", cssFailed, []Content{Unjudged}, SignalDegraded},
	{"never settled", func(b *portal) { b.p.Partial = "deadline"; b.p.Blocks = b.p.Blocks[:3] }, []Content{Unjudged}, SignalDegraded},
	{"no picture", func(b *portal) { b.p.Partial = "no picture" }, []Content{Unjudged}, SignalDegraded},
	{"blank page", func(b *portal) { b.emptied("", 255, 255) }, []Content{Suspicious}, SignalBlank},
	{"page that is blank until its script comes", func(b *portal) {
		b.emptied("", 255, 255)
		b.p.Scripts = []monitor.Script{{Src: portalURL + "js/site.js"}}
	}, []Content{Unjudged}, SignalBlank},

	{"black hacked page", hackedBlack, []Content{Defaced}, SignalSignature},
	{"white hacked text", hackedWhite, []Content{Defaced}, SignalSignature},
	{"hacked with stylesheets failing", func(b *portal) { hackedWhite(b); b.fail("css/site.css", "css/menu.css") }, []Content{Defaced}, SignalSignature},
	{"unsigned replacement that never settles", func(b *portal) { unsigned(b); b.p.Partial = "deadline" }, []Content{Suspicious, Defaced}, SignalReplaced},
	{"hidden gambling on a page that never settles", func(b *portal) { gamblingHidden(b); b.p.Partial = "deadline" }, []Content{Defaced}, SignalHiddenLinks},
	{"unsigned replacement", unsigned, []Content{Suspicious, Defaced}, SignalReplaced},
	{"replaced in another language", indonesian, []Content{Defaced}, SignalViness},
	{"title hacked", func(b *portal) { b.p.Title = "Hacked By Nobody Team" }, []Content{Defaced}, SignalSignature},
	{"title changed to gambling", func(b *portal) { b.p.Title = "KUBET88 – Nhà cái uy tín số 1" }, []Content{Suspicious, Defaced}, SignalPromo},
	{"one headline hacked", func(b *portal) { replaceNews(b, []string{"HACKED BY NOBODY CREW"}) }, []Content{Suspicious, Defaced}, SignalSignature},
	{"three headlines hacked", func(b *portal) {
		replaceNews(b, []string{"HACKED BY NOBODY", "h4ck3d by nobody crew", "Defaced by nobody"})
	}, []Content{Defaced}, SignalSignature},
	{"alert dialog", func(b *portal) {
		b.p.Dialogs = []monitor.Dialog{{Kind: "alert", Text: "Pwned by nobody"}}
	}, []Content{Defaced}, SignalSignature},
	{"visible gambling bar", gamblingBar, []Content{Defaced}, SignalPromo},
	{"hidden gambling block", gamblingHidden, []Content{Defaced}, SignalHiddenLinks},
	{"hidden links without words", func(b *portal) {
		for i := range 12 {
			b.hiddenLink("xem thêm", fmt.Sprintf("https://tap-chi-%d.example.net/", i), "off-screen")
		}
	}, []Content{Suspicious}, SignalHiddenLinks},
	{"stranger's script", func(b *portal) { b.host(monitor.RoleScript, "cdn.evil-metrics.example") }, []Content{Suspicious}, SignalScriptOrigin},
	{"stranger's form", func(b *portal) {
		b.p.Forms = []monitor.Form{{Action: "https://thu-thap.example.net/gui", Method: "post"}}
	}, []Content{Suspicious}, SignalFormOrigin},
	{"led to a gambling site", func(b *portal) { b.o.FinalURL = "https://kubet88.vip/" }, []Content{Defaced}, SignalRedirect},
	{"asked to leave for a gambling site", func(b *portal) { b.p.Meta["refresh"] = "0;url=https://nhacai-vidu.example/" }, []Content{Defaced}, SignalRedirect},
	{"title owned", func(b *portal) { b.p.Title = "./Owned by Nobody" }, []Content{Defaced}, SignalSignature},
	{"text speaks of who owns what", func(b *portal) { replaceNews(b, []string{"The market is owned by the commune, blocked by nobody"}) }, quiet, ""},
	{"led away", func(b *portal) { b.o.FinalURL = "https://chuyen-huong.example.net/" }, []Content{Suspicious, Defaced}, SignalRedirect},
	{"gambling overlay", func(b *portal) {
		block := b.block("html/body/div.ov", "div", "Tài xỉu online – nổ hũ đổi thưởng", 40)
		block.Rect = monitor.Rect{W: 1366, H: 768}
	}, []Content{Defaced}, SignalOverlay},
	{"ransom note", func(b *portal) {
		b.emptied("README", 255, 0)
		b.block("html/body/p", "p", "All your files have been encrypted. Send bitcoin to the address below.", 16)
	}, []Content{Defaced}, SignalSignature},
}

func TestCompare(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newPortal(9)
			c.change(b)
			o := b.done(t)
			switch c.name {
			case "mourning":
				o.Page.Visual.Colour = 0
			case "no picture":
				o.Page.Visual = nil
			}
			v := Compare(base, anchor, o)
			if !slices.Contains(c.want, v.Content) {
				t.Errorf("content = %s, want one of %s (score %.1f)\n%s", v.Content, c.want, v.Score, explain(v))
			}
			if c.signal != "" && !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == c.signal }) {
				t.Errorf("no %s in the evidence:\n%s", c.signal, explain(v))
			}
		})
	}
}

func explain(v Verdict) string {
	var b strings.Builder
	for _, e := range v.Evidence {
		fmt.Fprintf(&b, "  %5.1f %-14s %s\n", e.Weight, e.Signal, e.Sentence(targets.English))
	}
	return b.String()
}

func TestChallengeIsBlocked(t *testing.T) {
	base, anchor := learnt(t)
	b := newPortal(9)
	b.emptied("", 255, 255)
	b.p.Scripts = []monitor.Script{{Head: `document.cookie="D1N=abc";window.location.reload(true)`, Size: 60}}
	b.o.Outcome, b.o.Detail = monitor.Blocked, "challenge page: D1N" // monitor knows walls; the judge reads what it named
	v := Compare(base, anchor, b.done(t))
	if v.Availability != IsBlocked || v.Content != Unjudged {
		t.Errorf("have %s and %s, want blocked and unjudged", v.Availability, v.Content)
	}
}

func TestDefacedErrorPageIsSeen(t *testing.T) {
	base, anchor := learnt(t)
	b := newPortal(9)
	hackedBlack(b)
	b.o.Outcome, b.o.Cause, b.o.Status = monitor.Down, monitor.CauseHTTP, 500
	if v := Compare(base, anchor, b.done(t)); v.Content != Defaced || v.Availability != IsDown {
		t.Errorf("have %s and %s, want defaced and down\n%s", v.Content, v.Availability, explain(v))
	}
}

func TestReplayIsDeterministic(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range cases {
		b := newPortal(9)
		c.change(b)
		o := b.done(t)
		first := mustJSON(t, Compare(base, anchor, o))
		stored := base
		if err := json.Unmarshal([]byte(mustJSON(t, base.Profile)), &stored.Profile); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if again := mustJSON(t, Compare(stored, anchor, o)); again != first {
				t.Fatalf("%s: judged again differently\nhave %s\nwant %s", c.name, again, first)
			}
		}
	}
}

func TestYoungProfileDoesNotJudgePictures(t *testing.T) {
	list := samples(t, 2)
	b := newPortal(9)
	b.s = scene{ground: 0, ink: 250, panel: &image.Rectangle{Min: image.Pt(400, 200), Max: image.Pt(900, 500)}}
	v := Compare(Baseline{Profile: Learn(list)}, list[1], b.done(t))
	for _, e := range v.Evidence {
		if e.Signal == SignalVisual || e.Signal == SignalAppearance || e.Signal == SignalDark {
			t.Errorf("two samples and yet %s: %s", e.Signal, e.Sentence(targets.English))
		}
	}
}

func TestAbsoluteWarnsOnTheFirstDay(t *testing.T) {
	clean := Absolute(newPortal(0).done(t))
	if list := clean.EvidenceOf(ConcernContent); len(list) > 0 {
		t.Errorf("a clean portal warns: %s", explain(clean))
	}
	b := newPortal(0)
	gamblingHidden(b)
	v := Absolute(b.done(t))
	if v.Content != Unjudged || !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalPromo }) {
		t.Errorf("an infected portal: have %s\n%s", v.Content, explain(v))
	}
}

func TestCarriedKnowledge(t *testing.T) {
	base, _ := learnt(t)
	b := newPortal(9)
	redesign(b)
	o := b.done(t)
	young := Learn([]monitor.Observation{o}).carry(base.Profile)
	if !strings.Contains(young.mask(), "#") || !young.volatile("html/body/div.slide") {
		t.Errorf("a new version forgot what moves: mask %q, volatile %v", young.mask(), young.Carried.Volatile)
	}
	if young.Samples != 1 {
		t.Errorf("samples = %d, want 1", young.Samples)
	}
}

func BenchmarkCompare(b *testing.B) {
	base, anchor := learnt(b)
	p := newPortal(9)
	replaceNews(p, tomorrow)
	o := p.done(b)
	for b.Loop() {
		Compare(base, anchor, o)
	}
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
