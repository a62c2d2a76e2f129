package chrome

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
)

// find returns the block that contains a text.
func find(p monitor.Page, text string) (monitor.Block, bool) {
	for _, b := range p.Blocks {
		if strings.Contains(b.Text, text) {
			return b, true
		}
	}
	return monitor.Block{}, false
}

// findLink returns the link to an address.
func findLink(p monitor.Page, url string) (monitor.Link, bool) {
	i := slices.IndexFunc(p.Links, func(l monitor.Link) bool { return l.URL == url })
	if i < 0 {
		return monitor.Link{}, false
	}
	return p.Links[i], true
}

// hiding are ways in which injected links are kept from people, and what we call them.
var hiding = []struct{ name, markup, want string }{
	{"display", `<div style="display:none">%s</div>`, hiddenDisplay},
	{"hidden attribute", `<div hidden>%s</div>`, hiddenDisplay},
	{"visibility", `<div style="visibility:hidden">%s</div>`, hiddenVisibility},
	{"opacity", `<div style="opacity:0">%s</div>`, hiddenOpacity},
	{"opacity in steps", `<div style="opacity:.2"><div style="opacity:.2">%s</div></div>`, hiddenOpacity},
	{"font size", `<div style="font-size:0">%s</div>`, hiddenFontSize},
	{"tiny font", `<div style="font-size:1px">%s</div>`, hiddenFontSize},
	{"left", `<div style="position:absolute;left:-9999px">%s</div>`, hiddenOffScreen},
	{"top", `<div style="position:fixed;top:-5000px">%s</div>`, hiddenOffScreen},
	{"right", `<div style="position:fixed;left:9999px">%s</div>`, hiddenOffScreen},
	{"margin", `<div style="margin-left:-9999px;width:200px">%s</div>`, hiddenOffScreen},
	{"translated", `<div style="transform:translate(-9999px)">%s</div>`, hiddenOffScreen},
	{"indent", `<div style="text-indent:-9999px">%s</div>`, hiddenTextIndent},
	{"indent and clipped", `<div style="text-indent:-9999px;overflow:hidden;width:300px">%s</div>`, hiddenTextIndent},
	{"clip", `<div style="position:absolute;clip:rect(0,0,0,0)">%s</div>`, hiddenClipped},
	{"screen-reader class", `<div style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(1px,1px,1px,1px)">%s</div>`, hiddenClipped},
	{"clip-path", `<div style="clip-path:inset(50%%)">%s</div>`, hiddenClipped},
	{"circle", `<div style="clip-path:circle(0)">%s</div>`, hiddenClipped},
	{"zero height", `<div style="height:0;overflow:hidden">%s</div>`, hiddenZeroHeight},
	{"one pixel", `<div style="height:1px;width:1px;overflow:hidden">%s</div>`, hiddenZeroHeight},
	{"scaled away", `<div style="transform:scale(0)">%s</div>`, hiddenZeroHeight},
	{"cut off", `<div style="height:30px;overflow:hidden;position:relative"><div style="position:absolute;top:200px">%s</div></div>`, hiddenClipped},
	{"white on white", `<div style="color:#fff;background:#fff">%s</div>`, hiddenContrast},
	{"nearly white", `<div style="color:#fdfdfd">%s</div>`, hiddenContrast},
	{"no colour", `<div style="color:transparent">%s</div>`, hiddenContrast},
	{"fill", `<div style="-webkit-text-fill-color:transparent">%s</div>`, hiddenContrast},
	{"in a hidden frame", `<iframe style="width:1px;height:1px" srcdoc='%s'></iframe>`, hiddenZeroHeight},
	{"noscript", `<noscript><p>%s</p></noscript>`, hiddenNoscript},
	// And what a person does see.
	{"plain", `<div>%s</div>`, ""},
	{"below the fold", `<div style="margin-top:4000px">%s</div>`, ""},
	{"in a scrolled box", `<div style="height:50px;overflow:auto"><div style="height:500px"></div>%s</div>`, ""},
	{"white on a picture", `<div style="position:relative;height:90px;background:#fff"><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==" width="300" height="90" style="position:absolute;left:0;top:0"><div style="position:absolute;top:0;left:0;width:300px;color:#fff">%s</div></div>`, ""},
	{"white on a background image", `<div style="background:linear-gradient(#000,#333);color:#fff">%s</div>`, ""},
	{"escaping an ancestor", `<div style="height:1px;overflow:hidden"><div style="position:fixed;top:5px;left:5px">%s</div></div>`, ""},
	{"contents", `<div style="display:contents">%s</div>`, ""},
	{"in a frame", `<iframe style="width:300px;height:60px" srcdoc='%s'></iframe>`, ""},
	{"in a shadow tree", `<div class="bong">%s</div><script>for(const e of document.querySelectorAll('.bong')){if(!e.shadowRoot)e.attachShadow({mode:'closed'}).append(...e.childNodes)}</script>`, ""},
	{"in a marquee", `<marquee>%s</marquee>`, ""},
}

func TestHiddenLinks(t *testing.T) {
	t.Parallel()
	pages := make(site)
	for i, h := range hiding {
		inner := fmt.Sprintf(`<a href="http://nhacai%d.example/">Nhà cái uy tín %d</a>`, i, i)
		pages[fmt.Sprintf("/%d", i)] = markup(`<style>a{color:inherit}</style><h1>Tỉnh Mẫu</h1>` + fmt.Sprintf(h.markup, inner))
	}
	url := pages.serve(t)
	for i, h := range hiding {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			got := render(t, open(t), monitor.RenderRequest{URL: fmt.Sprintf("%s/%d", url, i)})
			link, ok := findLink(got.Page, fmt.Sprintf("http://nhacai%d.example/", i))
			if !ok || link.Hidden != h.want || !strings.HasPrefix(link.Text, "Nhà cái") {
				t.Errorf("link: have %q, hidden by %q, want %q (found: %v)", link.Text, link.Hidden, h.want, ok)
			}
			block, ok := find(got.Page, "Nhà cái")
			if !ok || block.Hidden != h.want {
				t.Errorf("block: hidden by %q, want %q (found: %v)", block.Hidden, h.want, ok)
			}
			if !slices.Contains(got.Hosts[monitor.RoleLink], fmt.Sprintf("nhacai%d.example", i)) {
				t.Errorf("hosts: have %v", got.Hosts)
			}
		})
	}
}

func TestForgingPageIsReadTruly(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Trang đã bị chiếm quyền</h1><p style="display:none">ẩn thật</p><a href="http://nhacai.example/">Cá cược</a><script>
		const lie = (o, k, v) => Object.defineProperty(o, k, {get: () => v, configurable: true});
		lie(HTMLElement.prototype, 'innerText', 'Cổng thông tin'); lie(Node.prototype, 'textContent', 'Cổng thông tin');
		lie(Element.prototype, 'outerHTML', '<html></html>'); lie(Element.prototype, 'innerHTML', ''); lie(Document.prototype, 'title', 'Tiêu đề giả');
		lie(Document.prototype, 'links', []); lie(Document.prototype, 'URL', 'https://www.tinhmau.gov.vn/');
		window.getComputedStyle = () => ({display: 'block', visibility: 'visible', opacity: '1'});
		Document.prototype.querySelectorAll = Document.prototype.getElementsByTagName = Element.prototype.getElementsByTagName = () => [];
		NodeList.prototype.forEach = () => {}; Node.prototype.hasChildNodes = () => false; lie(Node.prototype, 'childNodes', []);
		Element.prototype.getBoundingClientRect = () => ({x: 0, y: 0, width: 500, height: 20}); JSON.stringify = () => '{}';
		document.getAnimations = () => { throw 1 }; Promise.prototype.then = () => {};
		history.replaceState(0, '', '/gia-mao');
		</script>`)}.serve(t)
	for _, real := range []bool{false, true} {
		got := render(t, open(t), monitor.RenderRequest{URL: url, RealTime: real})
		if want := "Trang đã bị chiếm quyền\nCá cược"; visible(got.Page) != want {
			t.Errorf("text: have %q, want %q", visible(got.Page), want)
		}
		if want := "Cổng thông tin điện tử tỉnh Mẫu"; got.Title != want {
			t.Errorf("title: have %q, want %q", got.Title, want)
		}
		if b, _ := find(got.Page, "ẩn thật"); b.Hidden != hiddenDisplay {
			t.Errorf("hidden text: have %+v", b)
		}
		if _, ok := findLink(got.Page, "http://nhacai.example/"); !ok {
			t.Errorf("links: have %+v", got.Links)
		}
		if got.FinalURL != url+"/" || got.Status != 200 {
			t.Errorf("have %s with %d", got.FinalURL, got.Status)
		}
	}
}

func TestPageSeesAPersonInVietnam(t *testing.T) {
	t.Parallel()
	var header string
	url := site{"/": func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Get("Accept-Language") + "|" + r.UserAgent() + "|" + r.Header.Get("Sec-Ch-Ua")
		markup(`<p id="p"></p><script>document.getElementById('p').textContent=[innerWidth,innerHeight,devicePixelRatio,
			Intl.DateTimeFormat().resolvedOptions().timeZone,Intl.DateTimeFormat().resolvedOptions().locale,navigator.language,navigator.webdriver,
			new Date().toTimeString().slice(0,8)].join(' ')</script><p>`)(w, r)
	}}.serve(t)
	got := render(t, open(t), monitor.RenderRequest{URL: url})
	if have, want := visible(got.Page), "1366 768 1 Asia/Ho_Chi_Minh vi-VN vi-VN false 00:00:00"; have != want &&
		have != strings.Replace(want, "Asia/Ho_Chi_Minh", "Asia/Saigon", 1) {
		t.Errorf("the page sees %q, want %q", have, want)
	}
	if !strings.HasPrefix(header, "vi-VN,vi;q=0.9") || strings.Contains(header, "Headless") || !strings.Contains(header, "Chrome/") {
		t.Errorf("the server sees %q", header)
	}
}

func TestVirtualTimeRunsAhead(t *testing.T) {
	t.Parallel()
	url := site{"/": markup(`<h1>Trước</h1><script>setTimeout(()=>document.querySelector('h1').textContent='Bị thay sau 20 giây',20000)</script>`)}.serve(t)
	begin := time.Now()
	got := render(t, open(t), monitor.RenderRequest{URL: url})
	if have, want := visible(got.Page), "Bị thay sau 20 giây"; have != want {
		t.Errorf("text: have %q, want %q", have, want)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if have := visible(render(t, open(t), monitor.RenderRequest{URL: url, RealTime: true}).Page); have != "Trước" {
		t.Errorf("in real time: have %q", have)
	}
}

func TestPageDetails(t *testing.T) {
	t.Parallel()
	url := site{
		"/khung": markup(`<p>Văn bản trong khung</p><a href="/trong">Liên kết trong khung</a>`),
		"/": markup(`<meta name="Description" content="Mô tả trang"><link rel="canonical" href="/goc"><div class="tin-12 x"><ul><li>Một</li><li>Hai <b>ba</b>bốn</li></ul></div>
			<table><tr><td>Ô 1</td><td>Ô 2</td></tr></table><a href="/anh"><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==" alt="Ảnh bìa" width="50" height="50"></a>
			<iframe src="/khung" width="400" height="100"></iframe><form action="/gui" method="POST"><input type="submit" value="Gửi đi"><input name="a" value="bí mật"></form>
			<select><option>Chọn tỉnh</option><option>Tỉnh Mẫu</option></select><style>.q::before{content:"Nội dung sinh ra"}</style><div class="q"></div>
			<details><summary>Tóm tắt</summary><p>Chi tiết</p></details><a href="mailto:a@tinhmau.gov.vn">Thư</a><a href="#x">neo</a><a href="javascript:1">js</a>
			<script>var một = 1;</script><script type="application/ld+json">{}</script><p>chữ&#0; hỏng &#xD800;</p>`),
	}.serve(t)
	got := render(t, open(t), monitor.RenderRequest{URL: url})
	for _, want := range []monitor.Block{
		{Path: "body/div.tin-/ul/li", Tag: "li", Text: "Một"}, {Path: "body/div.tin-/ul/li", Tag: "li", Text: "Hai babốn"},
		{Path: "body/table/tbody/tr/td", Tag: "td", Text: "Ô 2"}, {Path: "iframe:127.0.0.1/body/p", Tag: "p", Text: "Văn bản trong khung"},
		{Path: "body/form", Tag: "form", Text: "Gửi đi"}, {Path: "body/select/option", Tag: "option", Text: "Tỉnh Mẫu"},
		{Path: "body/div.q", Tag: "div", Text: "Nội dung sinh ra"}, {Path: "body/details/summary", Tag: "summary", Text: "Tóm tắt"},
		{Path: "body/details/p", Tag: "p", Text: "Chi tiết", Hidden: hiddenDisplay},
	} {
		have, ok := find(got.Page, want.Text)
		if !ok || have.Path != want.Path || have.Tag != want.Tag || have.Hidden != want.Hidden {
			t.Errorf("block: have %+v, want %+v", have, want)
		}
	}
	if _, leaked := find(got.Page, "bí mật"); leaked {
		t.Error("the value of a field was taken for text")
	}
	if got.Meta["description"] != "Mô tả trang" || got.Meta["canonical"] != url+"/goc" || got.Lang != "vi" {
		t.Errorf("meta: have %v, lang %q", got.Meta, got.Lang)
	}
	if len(got.Links) != 3 || got.Links[0].Text != "Ảnh bìa" || got.Links[0].Hidden != "" {
		t.Errorf("links: have %+v", got.Links)
	}
	if len(got.Scripts) != 1 || got.Scripts[0].Head != "var một = 1;" || len(got.Scripts[0].Hash) != 64 {
		t.Errorf("scripts: have %+v", got.Scripts)
	}
	if len(got.Forms) != 1 || got.Forms[0] != (monitor.Form{Action: url + "/gui", Method: "post"}) {
		t.Errorf("forms: have %+v", got.Forms)
	}
	if len(got.Images) != 1 || got.Images[0].Alt != "Ảnh bìa" || got.Images[0].Rect.W != 50 {
		t.Errorf("images: have %+v", got.Images)
	}
	if got.TagPaths["body/div.tin-/ul/li"] != 2 || got.Width != 1366 || got.Height < 300 || got.Nodes < 50 {
		t.Errorf("have paths %v, %d×%d, %d nodes", got.TagPaths, got.Width, got.Height, got.Nodes)
	}
}
