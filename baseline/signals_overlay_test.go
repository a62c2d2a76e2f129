package baseline

import (
	"image"
	"slices"
	"testing"

	"canhcong/monitor"
	"canhcong/targets"
)

// cover lays something over the whole first screen of the portal and paints it.
func (b *portal) cover(o monitor.Overlay) {
	o.Path, o.Tag, o.Rect = "html/body/div", "div", monitor.Rect{W: monitor.ViewportWidth, H: monitor.ViewportHeight}
	if o.Position == "" {
		o.Position = "fixed"
	}
	if o.Share == 0 {
		o.Share, o.Opaque, o.Hides = 1, 1, 1
	}
	b.p.Overlays = append(b.p.Overlays, o)
	if o.Opaque > 0.5 {
		b.s.panel, b.s.ink = &image.Rectangle{Max: image.Pt(monitor.ViewportWidth, monitor.ViewportHeight)}, 0
	}
}

// overlays are what may be laid over a page, and how loud it is.
var overlays = []struct {
	name   string
	change func(b *portal)
	want   []Content
	where  string // of the overlay's evidence, "" for none
}{
	{"own picture, no way out", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{portalURL + "upload/x.jpg"}})
	}, []Content{Suspicious}, "picture"},
	{"picture inside the address, no way out", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{"data:image/png;base64,900:sha256:ab"}})
	}, []Content{Suspicious}, "picture"},
	{"canvas", func(b *portal) { b.cover(monitor.Overlay{Picture: 1, Pictures: []string{"canvas"}}) }, []Content{Suspicious}, "picture"},
	{"stranger's picture that can be closed", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{"https://anh.example.net/x.jpg"}, Exits: 1})
	}, []Content{Suspicious}, "frame"},
	{"own picture that leads to a stranger", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{portalURL + "x.jpg"}, Links: []string{"quang-cao.example"}})
	}, []Content{Suspicious}, "frame"},
	{"frame of the own host", func(b *portal) { b.cover(monitor.Overlay{Frames: []string{portalURL + "x.html"}}) }, []Content{Suspicious}, "picture"},
	{"stranger's frame", func(b *portal) {
		b.host(monitor.RoleFrame, "khung.example.net")
		b.cover(monitor.Overlay{Frames: []string{"https://khung.example.net/"}})
	}, []Content{Suspicious, Defaced}, "frame"},
	{"foreign words", func(b *portal) { b.cover(monitor.Overlay{Text: "We were here and saw everything"}) }, []Content{Suspicious}, "text"},
	{"dark and silent", func(b *portal) { b.cover(monitor.Overlay{}) }, []Content{Suspicious}, "dark"},
	{"signature in small letters", func(b *portal) {
		b.block("html/body/div/small", "small", "Hacked by Nobody Crew", 12).Rect.Y = 300
		b.cover(monitor.Overlay{Text: "Hacked by Nobody Crew"})
	}, []Content{Defaced}, "html/body/div/small"},
	{"gambling on a veil", func(b *portal) {
		b.block("html/body/div/p", "p", "Tài xỉu online – nổ hũ đổi thưởng", 16).Rect.Y = 300
		b.cover(monitor.Overlay{Share: 1, Opaque: 0.2, Text: "Tài xỉu online – nổ hũ đổi thưởng", Exits: 1})
	}, []Content{Suspicious, Defaced}, "html/body/div/p"},

	{"picture for Tết that can be closed", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{portalURL + "upload/tet.jpg"}, Exits: 1})
	}, quiet, ""},
	{"picture for Tết that leads into the site", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{portalURL + "upload/tet.jpg"}, Links: []string{portalHost}})
	}, quiet, ""},
	{"picture for Tết on a veil", func(b *portal) {
		b.cover(monitor.Overlay{Share: 1, Opaque: 0.45, Hides: 0.5, Picture: 0.45, Pictures: []string{portalURL + "upload/tet.jpg"}})
	}, quiet, ""},
	{"storm warning over everything", func(b *portal) {
		b.block("html/body/div/h2", "h2", "Cảnh báo bão số 5: người dân chủ động phòng tránh", 30)
		b.cover(monitor.Overlay{Text: "Cảnh báo bão số 5: người dân chủ động phòng tránh"})
	}, quiet, ""},
	{"petals, which only look like a cover", func(b *portal) {
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{"canvas"}})
		b.s.panel, b.s.ink = nil, 40
	}, quiet, ""},
	{"picture that hides nothing", func(b *portal) {
		b.cover(monitor.Overlay{Share: 1, Opaque: 1, Hides: 0.1, Picture: 1, Pictures: []string{"canvas"}})
	}, quiet, ""},
	{"video that everybody embeds, to be closed", func(b *portal) {
		b.host(monitor.RoleFrame, "www.youtube.com")
		b.cover(monitor.Overlay{Frames: []string{"https://www.youtube.com/embed/1"}, Exits: 1})
	}, quiet, ""},
	{"still loading", func(b *portal) {
		b.cover(monitor.Overlay{})
		b.s.ink = 255
	}, quiet, ""},
}

func TestOverlays(t *testing.T) {
	list := samples(t, 5)
	for _, o := range list {
		o.Page.Version = monitor.PageVersion
	}
	anchor := list[4]
	base := Baseline{ID: 7, State: Approved, Profile: Learn(list)}
	for _, c := range overlays {
		t.Run(c.name, func(t *testing.T) {
			b := newPortal(9)
			c.change(b)
			v := Compare(base, anchor, b.done(t))
			if !slices.Contains(c.want, v.Content) {
				t.Errorf("content = %s, want one of %s (score %.1f)\n%s", v.Content, c.want, v.Score, explain(v))
			}
			where := ""
			if i := slices.IndexFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalOverlay }); i >= 0 {
				where = v.Evidence[i].Where
			}
			if where != c.where {
				t.Errorf("overlay where = %q, want %q\n%s", where, c.where, explain(v))
			}
		})
	}
}

// TestOverlaysThatWereThere holds that a place where something lay before says nothing new, and that a look from before
// overlays were noted proves nothing.
func TestOverlaysThatWereThere(t *testing.T) {
	for name, was := range map[string][]monitor.Overlay{
		"known":     {{Path: "html/body/div", Position: "fixed"}},
		"not noted": nil,
	} {
		list := samples(t, 5)
		for _, o := range list {
			o.Page.Overlays, o.Page.Version = was, min(len(was), monitor.PageVersion)
		}
		b := newPortal(9)
		b.cover(monitor.Overlay{Picture: 1, Pictures: []string{portalURL + "upload/x.jpg"}})
		v := Compare(Baseline{Profile: Learn(list)}, list[4], b.done(t))
		if !slices.Contains(quiet, v.Content) {
			t.Errorf("%s: have %s\n%s", name, v.Content, explain(v))
		}
	}
}

// TestAttempts holds that a redirect counts although another overtook it.
func TestAttempts(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range []struct {
		name string
		way  []monitor.Redirect
		want []Content
	}{
		{"to gambling and then home", []monitor.Redirect{{URL: "http://nhacai-vidu.example/", How: "client"}, {URL: portalURL + "dang-nhap", How: "client"}}, []Content{Defaced}},
		{"to a stranger and back", []monitor.Redirect{{URL: "https://la.example.net/", How: "client"}, {URL: portalURL, How: "http"}}, []Content{Suspicious}},
		{"to the login of the province", []monitor.Redirect{{URL: "https://sso.tinhmau.gov.vn/", How: "client"}, {URL: portalURL, How: "http"}}, quiet},
		{"to a login that everybody has", []monitor.Redirect{{URL: "https://accounts.google.com/", How: "client"}, {URL: portalURL, How: "http"}}, quiet},
		{"past a guard", []monitor.Redirect{{URL: "https://guard.example.net/", How: "http"}, {URL: portalURL, How: "http"}}, quiet},
		{"within the site", []monitor.Redirect{{URL: portalURL + "vi", How: "client"}, {URL: "https://m." + portalHost + "/", How: "client"}}, quiet},
	} {
		b := newPortal(9)
		b.p.Redirects = c.way
		if v := Compare(base, anchor, b.done(t)); !slices.Contains(c.want, v.Content) {
			t.Errorf("%s: have %s, want one of %s\n%s", c.name, v.Content, c.want, explain(v))
		}
	}
}

// TestDeclared holds what a page tells machines about itself, and that none of it is loud alone.
func TestDeclared(t *testing.T) {
	list := samples(t, 5)
	for _, o := range list {
		o.Page.Version, o.Page.Server = monitor.PageVersion, "nginx/1.24.0"
		o.Page.Meta["icon"], o.Page.Meta["hreflang"] = portalURL+"favicon.ico?v=1", "vi"
	}
	base := Baseline{ID: 7, State: Approved, Profile: Learn(list)}
	for _, c := range []struct {
		name   string
		change func(p *monitor.Page)
		signal Signal
		where  string
	}{
		{"nothing", func(*monitor.Page) {}, "", ""},
		{"icon of another host", func(p *monitor.Page) { p.Meta["icon"] = "https://la.example.net/f.ico" }, SignalMeta, "icon"},
		{"another icon", func(p *monitor.Page) { p.Meta["icon"] = portalURL + "h.ico" }, SignalMeta, "icon"},
		{"same icon, newer", func(p *monitor.Page) { p.Meta["icon"] = portalURL + "favicon.ico?v=2" }, "", ""},
		{"language", func(p *monitor.Page) { p.Lang = "id-ID" }, SignalMeta, "lang"},
		{"description", func(p *monitor.Page) { p.Meta["description"] = "Lorem ipsum dolor sit amet" }, SignalMeta, "meta description"},
		{"description in other words", func(p *monitor.Page) { p.Meta["description"] = "Trang tin của phường Ví Dụ" }, "", ""},
		{"other languages", func(p *monitor.Page) { p.Meta["hreflang"] = "vi ja zh x-default" }, SignalMeta, "hreflang"},
		{"canonical", func(p *monitor.Page) { p.Meta["canonical"] = "https://la.example.net/" }, SignalCanonical, "canonical"},
		{"original for social networks", func(p *monitor.Page) { p.Meta["og:url"] = "https://la.example.net/" }, SignalCanonical, "og:url"},
		{"server", func(p *monitor.Page) { p.Server = "LiteSpeed" }, SignalServer, ""},
		{"newer server", func(p *monitor.Page) { p.Server = "nginx" }, "", ""},
	} {
		b := newPortal(9)
		b.p.Server, b.p.Meta["icon"], b.p.Meta["hreflang"] = "nginx/1.24.0", portalURL+"favicon.ico?v=1", "vi"
		c.change(b.p)
		v := Compare(base, list[4], b.done(t))
		found := v.EvidenceOf(ConcernContent)
		if !slices.Contains(quiet, v.Content) || (len(found) > 0) != (c.signal != "") {
			t.Errorf("%s: have %s\n%s", c.name, v.Content, explain(v))
		} else if c.signal != "" && (found[0].Signal != c.signal || found[0].Where != c.where || found[0].Sentence(targets.Vietnamese) == found[0].Sentence(targets.English)) {
			t.Errorf("%s: have %+v", c.name, found[0])
		}
	}
}

// TestOwnSlide holds that a strange picture inside the carousel is seen when it comes from the own host and is new there.
func TestOwnSlide(t *testing.T) {
	slide := func(name string, y int) monitor.Image {
		return monitor.Image{Src: portalURL + "slide/" + name, Rect: monitor.Rect{X: 30, Y: y, W: 890, H: 250}}
	}
	list := samples(t, 5)
	for i, o := range list {
		o.Page.Images = []monitor.Image{slide([]string{"a.jpg", "b.jpg", "c.jpg"}[i%3], 150)}
	}
	base := Baseline{ID: 7, State: Approved, Profile: Learn(list)}
	for _, c := range []struct {
		name   string
		change func(b *portal)
		want   string // the picture named, "" for none
	}{
		{"new and black", func(b *portal) { b.p.Images = []monitor.Image{slide("h.jpg", 150)} }, portalURL + "slide/h.jpg"},
		{"new in a style sheet", func(b *portal) {
			b.p.Loaded = append(b.p.Loaded, monitor.Resource{URL: portalURL + "slide/h.jpg", Role: monitor.RoleImage})
		}, portalURL + "slide/h.jpg"},
		{"known and black", func(b *portal) { b.p.Images = []monitor.Image{slide("a.jpg?t=9", 150)} }, ""},
		{"new somewhere else", func(b *portal) { b.p.Images = []monitor.Image{slide("a.jpg", 150), slide("h.jpg", 900)} }, ""},
	} {
		b := newPortal(9)
		b.s.panel, b.s.ink = &image.Rectangle{Min: image.Pt(30, 150), Max: image.Pt(920, 400)}, 0
		c.change(b)
		v := Compare(base, list[4], b.done(t))
		seen := ""
		for _, e := range v.Evidence {
			if e.Signal == SignalRegion {
				seen = e.Seen
			}
		}
		if seen != c.want || !slices.Contains(quiet, v.Content) {
			t.Errorf("%s: have %q and %s, want %q\n%s", c.name, seen, v.Content, c.want, explain(v))
		}
	}
}
