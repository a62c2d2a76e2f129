package baseline

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// The invented portal that every case starts from. Nobody's page looks like this.
const (
	portalHost = "phuongvidu.tinhmau.gov.vn"
	portalURL  = "https://" + portalHost + "/"
)

var portalStart = time.Date(2027, 2, 6, 2, 7, 0, 0, time.UTC)

var headlines = []string{
	"Ủy ban nhân dân phường Ví Dụ triển khai nhiệm vụ quý hai", "Khai mạc hội thi văn nghệ quần chúng mừng xuân",
	"Lấy ý kiến góp ý dự thảo quy chế tiếp công dân", "Hướng dẫn nộp hồ sơ đất đai qua cổng dịch vụ công",
	"Tổng kết phong trào toàn dân đoàn kết xây dựng đời sống văn hóa", "Công khai dự toán ngân sách của phường",
	"Lịch tiếp công dân của lãnh đạo phường tháng này", "Thông báo lịch nghỉ lễ và phân công trực cơ quan",
	"Ra quân tổng vệ sinh môi trường khu phố Hòa Bình", "Kết quả giải quyết thủ tục hành chính trong tuần",
}

var tomorrow = []string{
	"Đoàn thanh niên phường tổ chức ngày hội hiến máu tình nguyện", "Hội nghị đối thoại với doanh nghiệp và hộ kinh doanh",
	"Tập huấn chuyển đổi số cho cán bộ tổ dân phố", "Khánh thành tuyến đường liên khu phố Thống Nhất",
}

// portal is an invented page under construction.
type portal struct {
	o monitor.Observation
	p *monitor.Page
	y int
	s scene
}

// scene is what the drawn screenshot shows.
type scene struct {
	slide, shift int
	ground, ink  uint8 // background and text
	bands        bool  // header, menu, columns
	banner       int   // height of a band drawn at the top
	panel        *image.Rectangle
}

// newPortal builds the whole page as it was approved; look makes every look a little different, as real pages are.
func newPortal(look int) *portal {
	b := &portal{s: scene{slide: look, ground: 250, ink: 40, bands: true}}
	b.p = &monitor.Page{Title: "Trang thông tin điện tử phường Ví Dụ", Lang: "vi", Width: 1366, Height: 3200, Nodes: 900,
		Meta:     map[string]string{"description": "Trang thông tin điện tử chính thức của Ủy ban nhân dân phường Ví Dụ"},
		TagPaths: map[string]int{}, Hosts: map[monitor.Role][]string{
			monitor.RoleScript: {portalHost, "www.googletagmanager.com"}, monitor.RoleStyle: {portalHost}, monitor.RoleImage: {portalHost}}}
	b.o = monitor.Observation{ID: int64(look + 1), Depth: monitor.Render, At: portalStart.Add(time.Duration(look) * time.Minute), Outcome: monitor.OK,
		Status: 200, FinalURL: portalURL, Page: b.p, Site: targets.Site{ID: 1, URL: portalURL, Name: "Phường Ví Dụ",
			Profile: targets.Profile{LearnEvery: time.Minute, LearnLooks: 5}}}
	b.block("html/body/div.header/h1", "h1", "PHƯỜNG VÍ DỤ – TRANG THÔNG TIN ĐIỆN TỬ", 28)
	for _, m := range []string{"Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Dịch vụ công", "Hỏi đáp", "Liên hệ"} {
		b.link("html/body/nav/ul/li", m, portalURL+strings.ToLower(fold(strings.ReplaceAll(m, " ", "-"))))
	}
	b.block("html/body/div.slide", "div", []string{"Chào mừng kỷ niệm ngày thành lập phường", "Chung tay cải cách thủ tục hành chính", "Xây dựng chính quyền số vì người dân"}[look%3], 24)
	for i, h := range headlines {
		b.link("html/body/div.news/ul/li", h, fmt.Sprintf("%stin-tuc/%d", portalURL, i))
	}
	for i := range 22 {
		b.link("html/body/div.docs/ul/li", fmt.Sprintf("Văn bản số %d về việc hướng dẫn thực hiện nếp sống văn minh khu phố %s", 100+i, string(rune('A'+i))), fmt.Sprintf("%svan-ban/%d", portalURL, i))
	}
	b.link("html/body/div.partner/ul/li", "Cổng dịch vụ công quốc gia", "https://dichvucong.gov.vn/")
	b.link("html/body/div.partner/ul/li", "Báo Tỉnh Mẫu", "https://baotinhmau.vn/")
	b.block("html/body/div.stat/p", "p", fmt.Sprintf("Đang truy cập: %d – Tổng lượt: %d", 10+look*7, 1234567+look*31), 12)
	b.block("html/body/footer/p", "p", "Bản quyền thuộc Ủy ban nhân dân phường Ví Dụ. Địa chỉ: số 1 đường Mẫu, phường Ví Dụ, tỉnh Tỉnh Mẫu.", 13)
	b.block("html/body/footer/p", "p", "Chịu trách nhiệm nội dung: Văn phòng Ủy ban nhân dân phường. Ghi rõ nguồn khi sử dụng thông tin từ trang này.", 13)
	for _, u := range []string{"css/site.css", "css/menu.css", "js/site.js", "js/menu.js", "img/logo.png", "img/header.jpg"} {
		b.p.Loaded = append(b.p.Loaded, monitor.Resource{URL: portalURL + u, Role: roleOf(u)})
	}
	b.p.Scripts = []monitor.Script{{Src: portalURL + "js/site.js"}, {Hash: "a", Head: fmt.Sprintf("var started=%d;gtag('config','G-1')", look), Size: 60}}
	return b
}

func roleOf(u string) monitor.Role {
	switch {
	case strings.HasSuffix(u, ".css"):
		return monitor.RoleStyle
	case strings.HasSuffix(u, ".js"):
		return monitor.RoleScript
	}
	return monitor.RoleImage
}

// block appends text at the next line of the page.
func (b *portal) block(path, tag, text string, font float64) *monitor.Block {
	b.p.Blocks = append(b.p.Blocks, monitor.Block{Path: path, Tag: tag, Text: text, Font: font, Rect: monitor.Rect{X: 40, Y: b.y, W: 600, H: 24}})
	b.y += 40
	for at := path; at != "" && at != "."; at, _ = cutLast(at) {
		b.p.TagPaths[at]++
	}
	return &b.p.Blocks[len(b.p.Blocks)-1]
}

func cutLast(path string) (string, string) {
	i := strings.LastIndex(path, "/")
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

func (b *portal) link(path, text, url string) {
	block := b.block(path, "li", text, 14)
	b.p.Links = append(b.p.Links, monitor.Link{URL: url, Text: text, Path: path + "/a", Rect: block.Rect})
}

// hiddenLink appends a link that a person cannot see.
func (b *portal) hiddenLink(text, url, why string) {
	path := "html/body/div/p"
	block := b.block(path, "p", text, 14)
	block.Hidden = why
	b.p.Links = append(b.p.Links, monitor.Link{URL: url, Text: text, Path: path + "/a", Hidden: why})
}

// emptied removes everything that was on the page and gives it another title and tone.
func (b *portal) emptied(title string, ground, ink uint8) {
	b.p.Title, b.p.Lang, b.p.Blocks, b.p.Links, b.p.Scripts, b.p.Loaded, b.y = title, "", nil, nil, nil, nil, 0
	b.p.TagPaths, b.p.Hosts, b.p.Meta = map[string]int{}, map[monitor.Role][]string{}, nil
	b.s = scene{ground: ground, ink: ink, panel: &image.Rectangle{Min: image.Pt(400, 250), Max: image.Pt(960, 420)}}
}

// done draws the screenshot, measures it and returns the look.
func (b *portal) done(t testing.TB) monitor.Observation {
	t.Helper()
	key := fmt.Sprint(b.s.slide%3, b.s.shift, b.s.ground, b.s.ink, b.s.bands, b.s.banner, b.s.panel)
	v, ok := measured[key]
	if !ok {
		var err error
		if v, err = monitor.Measure(b.screenshot(t)); err != nil {
			t.Fatal(err)
		}
		measured[key] = v
	}
	copied := *v
	b.p.Visual = &copied
	return b.o
}

// measured are the pictures drawn so far: drawing is what takes the time.
var measured = map[string]*monitor.Visual{}

func (b *portal) screenshot(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, monitor.ViewportWidth, monitor.ViewportHeight))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(img, r.Add(image.Pt(0, b.s.shift)), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(img.Bounds().Inset(-200), color.Gray{b.s.ground})
	if b.s.bands {
		fill(image.Rect(0, 0, 1366, 90), color.RGBA{160, 20, 20, 255})
		fill(image.Rect(0, 90, 1366, 130), color.RGBA{20, 60, 140, 255})
		drawSlide(fill, b.s.slide)
		for i := range 14 { // lines of text in three columns
			for k := range 3 {
				fill(image.Rect(30+450*k, 420+i*24, 30+450*k+380-(i*37+k*71)%160, 432+i*24), color.Gray{b.s.ink})
			}
		}
		fill(image.Rect(940, 150, 1336, 400), color.RGBA{225, 235, 245, 255})
		for i := range 8 {
			fill(image.Rect(960, 170+i*28, 1300-(i*53)%120, 182+i*28), color.Gray{b.s.ink})
		}
	}
	if b.s.panel != nil {
		fill(*b.s.panel, color.Gray{b.s.ink})
	}
	if b.s.banner > 0 {
		fill(image.Rect(0, -b.s.shift, 1366, b.s.banner-b.s.shift), color.RGBA{250, 200, 40, 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// drawSlide draws one of three carousel pictures.
func drawSlide(fill func(image.Rectangle, color.Color), n int) {
	tones := []color.RGBA{{70, 130, 180, 255}, {200, 160, 60, 255}, {90, 150, 80, 255}}
	fill(image.Rect(30, 150, 920, 400), tones[n%3])
	fill(image.Rect(60+n%3*260, 180, 300+n%3*260, 370), color.RGBA{240, 240, 240, 255})
}

// samples are the looks of a warm-up.
func samples(t testing.TB, n int) []monitor.Observation {
	t.Helper()
	var list []monitor.Observation
	for i := range n {
		list = append(list, newPortal(i).done(t))
	}
	return list
}

// learnt is an approved baseline of the portal and its anchor.
func learnt(t testing.TB) (Baseline, monitor.Observation) {
	t.Helper()
	list := samples(t, 5)
	anchor := list[len(list)-1]
	return Baseline{ID: 7, SiteID: 1, Version: 1, State: Approved, ObservationID: anchor.ID, ContentHash: ContentHash(anchor), Profile: Learn(list)}, anchor
}
