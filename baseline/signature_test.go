package baseline

import (
	"slices"
	"testing"

	"canhcong/monitor"
)

// menu adds a line to the menu, folded away when hidden says how.
func menu(b *portal, text, hidden string) {
	b.link("html/body/nav/ul/li", text, portalURL+"gioi-thieu")
	b.p.Blocks[len(b.p.Blocks)-1].Hidden = hidden
}

// lonely leaves one line on a page of the given tone.
func lonely(title, text string, ground, ink uint8) func(b *portal) {
	return func(b *portal) {
		b.emptied(title, ground, ink)
		b.block("html/body", "body", text, 16)
	}
}

// signing are signatures where defacers leave them, and the same words where others use them.
var signing = []struct {
	name   string
	change func(b *portal)
	want   []Content
	signal Signal
}{
	{"folded menu", func(b *portal) { menu(b, "Defaced by Nobody", "display:none") }, []Content{Suspicious}, SignalSignature},
	{"menu line in Vietnamese", func(b *portal) { menu(b, "Trang này đã bị hack bởi NhómVíDụ", "") }, []Content{Suspicious, Defaced}, SignalSignature},
	{"menu line with the portal's name", func(b *portal) { menu(b, "Phường Ví Dụ đã bị hack bởi NhómVíDụ", "") }, []Content{Suspicious, Defaced}, SignalSignature},
	{"title of a page that leads on to the login", func(b *portal) { b.block("passage/title", "h1", "./Owned by Nobody", 0).Hidden = "passage" }, []Content{Defaced}, SignalSignature},
	{"headline about somebody else", func(b *portal) {
		replaceNews(b, []string{"Fanpage câu lạc bộ văn nghệ khu phố bị hack bởi đường liên kết lạ"})
	}, quiet, ""},
	{"English headline about somebody else", func(b *portal) { replaceNews(b, []string{"Several hotel booking accounts hacked by phishing mails"}) }, quiet, ""},
	{"title by its shape", func(b *portal) { b.p.Title = "-=[ Shredded by Nobody ]=-" }, []Content{Suspicious, Defaced}, SignalSignature},
	{"title by its letters", func(b *portal) { b.p.Title = "N0b0dy X Gr0up" }, []Content{Suspicious, Defaced}, SignalSignature},
	{"title by who made the page", func(b *portal) { b.p.Title = "Designed by Example Studio" }, []Content{Suspicious}, SignalTitle}, // nothing on the page speaks of it
	{"title by what the page says", func(b *portal) { b.p.Title = "Thủ tục hành chính" }, []Content{Changed}, SignalTitle},
	{"a name in digits and a contact alone on white", lonely("", "Nob0dy5 was passing ^_^ t.me/vidu", 255, 0), []Content{Defaced}, SignalGreeting},
	{"ordinary words alone on white", lonely("", "owned by nobody", 255, 0), []Content{Defaced}, SignalSignature},
	{"a deed in no known language alone on white", lonely("", "hakkeerde hackuwano nobody", 255, 0), []Content{Defaced}, SignalSignature},
	{"nothing but black", lonely("…", "— ☾ —", 0, 220), []Content{Defaced}, SignalDark},
	{"few words on black", lonely("…", "qwe rty uio", 0, 220), []Content{Suspicious}, SignalDark},
	{"an error on black", lonely("502", "502 – backend fetch failed, thử lại sau ít phút", 0, 220), []Content{Changed, Suspicious}, SignalDark},
	{"maintenance on black", lonely("Thông báo", "Hệ thống đang được nâng cấp, vui lòng quay lại sau.", 0, 220), []Content{Changed}, SignalRepair},
	{"maintenance with a greeting", lonely("Thông báo", "Under maintenance. Greetz to the n0b0dy crew", 0, 220), []Content{Suspicious, Defaced}, SignalGreeting},
	{"a server's own page", lonely("Welcome to nginx!", "Welcome to nginx! If you see this page, the web server is successfully installed.", 255, 0), []Content{Suspicious}, SignalStandIn},
	{"reportage words do not hide a replaced page", lonely("", "Hacked by Nobody, your an ninh mạng is weak", 255, 0), []Content{Defaced}, SignalSignature},
	{"a boast with a police word", newsLine("Hacked by Nobody – công an có giỏi thì bắt"), []Content{Suspicious, Defaced}, SignalSignature},
	{"a report that quotes", newsLine("“Hacked by…” – dòng chữ lạ trên trang một trường học: công an vào cuộc"), []Content{Normal, Changed}, ""},
	{"a voice of no office", newsLine("Web lủng quá admin ơi, up được luôn =)) – by kid2k9"), []Content{Suspicious, Defaced}, SignalSignature},
	{"a nickname alone", newsLine("Đội kid2k9 vô địch giải thể thao điện tử học đường"), []Content{Normal, Changed}, ""},
	{"a deed by its stem", newsLine("pwn3d by 0xNobody"), []Content{Suspicious, Defaced}, SignalSignature},
	{"a trade by its stem", newsLine("Hacker mũ trắng Việt Nam đoạt giải quốc tế"), []Content{Normal, Changed}, ""},
	{"another script with a deed", newsLine("黑客来过这里 – nobody"), []Content{Suspicious, Defaced}, SignalSignature},
	{"another script", newsLine("越南谅山省与中国广西加强边境贸易合作"), []Content{Normal, Changed}, ""},
	{"refused by a guard", func(b *portal) {
		lonely("Access denied", "Access denied. Your request was blocked by the administrator.", 255, 0)(b)
		b.o.Outcome, b.o.Status = monitor.Blocked, 403
	}, []Content{Unjudged}, SignalBlocked},
	{"signed behind a refusal", func(b *portal) {
		hackedWhite(b)
		b.o.Outcome, b.o.Status = monitor.Blocked, 403
	}, []Content{Defaced}, SignalSignature},
}

// newsLine puts a line among the news.
func newsLine(text string) func(*portal) {
	return func(b *portal) { b.block("body/main/ul/li/h3", "h3", text, 18) }
}

func TestSigning(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range signing {
		t.Run(c.name, func(t *testing.T) {
			b := newPortal(9)
			c.change(b)
			v := Compare(base, anchor, b.done(t))
			if !slices.Contains(c.want, v.Content) || c.signal != "" && !has(v.Evidence, c.signal) {
				t.Errorf("have %s, want one of %s with %q\n%s", v.Content, c.want, c.signal, explain(v))
			}
		})
	}
}

// ways are main frames sent to addresses that may never answer.
var ways = []struct {
	name, address string
	outcome       monitor.Outcome
	want          Content
}{
	{"to a stranger's dead address", "http://chuyen-huong.example/", monitor.Down, Suspicious},
	{"to a gambling site's dead address", "http://nhacai-vidu.example/", monitor.Down, Defaced},
	{"to an agency that is down", "https://dangnhap.tinhmau.gov.vn/", monitor.Down, Unjudged},
	{"within the site", portalURL + "trang-chu", monitor.Down, Unjudged},
	{"while our own network is away", "http://chuyen-huong.example/", monitor.Blind, Unjudged},
}

func TestWaysThatLeadNowhere(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range ways {
		o := newPortal(9).done(t)
		o.Outcome, o.Cause, o.Status = c.outcome, monitor.CauseDNS, 200
		o.Page = &monitor.Page{Redirects: []monitor.Redirect{{URL: c.address, How: "client"}}}
		if v := Compare(base, anchor, o); v.Content != c.want {
			t.Errorf("%s: have %s, want %s\n%s", c.name, v.Content, c.want, explain(v))
		}
	}
	led := anchor
	page := *anchor.Page
	page.Redirects = []monitor.Redirect{{URL: "http://chuyen-huong.example/", How: "http"}}
	led.Page = &page
	o := newPortal(9).done(t)
	o.Outcome, o.Page = monitor.Down, &monitor.Page{Redirects: page.Redirects}
	if v := Compare(base, led, o); v.Content != Unjudged {
		t.Errorf("an approved way: have %s, want unjudged\n%s", v.Content, explain(v))
	}
}

func TestCoreIsCountedOnce(t *testing.T) {
	base, _ := learnt(t)
	b := newPortal(9)
	for range 9 {
		b.p.Failed = append(b.p.Failed, monitor.Resource{URL: portalURL + "img/logo.png", Role: monitor.RoleImage, Reason: "unfinished"})
	}
	if missing, _, asked := coreMissing(base.Profile, b.done(t)); missing != 0 || asked != 6 {
		t.Errorf("a picture that came in the end: %d of %d missing, want 0 of 6", missing, asked)
	}
}
