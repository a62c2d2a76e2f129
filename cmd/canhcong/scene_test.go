package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"

	"canhcong/monitor"
)

// scene is a portal as a browser and a plain client see it, without a network or a browser, for stories in fake time: the
// text, links and picture of an ordinary portal whose counter, clock, news and carousel move from look to look.
type scene struct {
	mu     sync.Mutex
	mode   portalMode
	looks  int
	blips  int        // probes to come that get no answer
	noise  float64    // share of looks that get none by chance
	chance *rand.Rand // for that
}

// What only happens to scenes.
const (
	portalRedesigned portalMode = 100 + iota // another design with other texts, of the same unit
	portalUnstyled                           // its stylesheets do not arrive
	portalBlank                              // nothing on the page, which waits for a script
	portalRefusing                           // HTTP 403
	portalResetting                          // every connection that is no browser's
)

func (s *scene) become(mode portalMode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = mode
}

func (s *scene) blip() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blips = 1
}

// lost says whether a look gets no answer by chance.
func (s *scene) lost() bool { return s.noise > 0 && s.chance.Float64() < s.noise }

func (s *scene) rustle(noise float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noise, s.chance = noise, rand.New(rand.NewPCG(14, 14))
}

// Render answers at once, as monitor.Browser.
func (s *scene) Render(_ context.Context, r monitor.RenderRequest) (monitor.Rendering, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks++
	if s.mode == portalStopped || s.lost() {
		return monitor.Rendering{NetError: "net::ERR_CONNECTION_REFUSED"}, nil
	}
	page, status := s.page(), 200
	page.RealTime = r.RealTime
	if s.mode == portalRefusing {
		status = 403
	}
	return monitor.Rendering{Page: page, FinalURL: r.URL, Status: status, Screenshot: s.picture()}, nil
}

// RoundTrip answers a probe at once, as http.RoundTripper.
func (s *scene) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mode == portalStopped || s.mode == portalResetting || s.blips > 0 || s.lost() {
		s.blips--
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	var body strings.Builder
	page := s.page()
	fmt.Fprintf(&body, "<html lang=vi><title>%s</title>", page.Title)
	for _, b := range page.Blocks {
		fmt.Fprintf(&body, "<p>%s</p>", b.Text)
	}
	for _, l := range page.Links {
		fmt.Fprintf(&body, "<a href=%q></a>", l.URL)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: io.NopCloser(strings.NewReader(body.String())), Request: r}, nil
}

func (s *scene) page() monitor.Page {
	if s.mode == portalDefaced {
		return monitor.Page{Title: "Hacked By Story Crew", Lang: "en", Width: 1366, Height: 768, Nodes: 12,
			Blocks: []monitor.Block{{Path: "body/h1", Tag: "h1", Text: "HACKED BY STORY CREW", Font: 64, Rect: monitor.Rect{X: 300, Y: 200, W: 700, H: 80}},
				{Path: "body/p", Tag: "p", Text: "Your security is low, admin", Font: 20, Rect: monitor.Rect{X: 300, Y: 320, W: 700, H: 30}}}}
	}
	switch s.mode {
	case portalRedesigned:
		return redesignedPage()
	case portalBlank:
		return monitor.Page{Title: "", Lang: "vi", Width: 1366, Height: 768, Nodes: 5, Scripts: []monitor.Script{{Src: styleFiles[0]}}}
	}
	page := monitor.Page{Title: "Trang thông tin điện tử phường Ví Dụ", Lang: "vi", Width: 1366, Height: 1500, Nodes: 900,
		TagPaths: map[string]int{"body/header/h1": 1, "body/nav/a": 7, "body/main/ul/li": 7, "body/footer/p": 3}}
	for _, address := range styleFiles {
		file := monitor.Resource{URL: address, Role: monitor.RoleStyle}
		if s.mode == portalUnstyled {
			file.Reason = "HTTP 404"
			page.Failed = append(page.Failed, file)
		} else {
			page.Loaded = append(page.Loaded, file)
		}
	}
	y := 0
	write := func(path, tag, text string) {
		y += 30
		page.Blocks = append(page.Blocks, monitor.Block{Path: path, Tag: tag, Text: text, Font: 16, Rect: monitor.Rect{X: 60, Y: y, W: 600, H: 24}})
	}
	link := func(address, text string) {
		page.Links = append(page.Links, monitor.Link{URL: address, Text: text, Path: "body/main/ul/li/a", Rect: monitor.Rect{X: 60, Y: y, W: 300, H: 24}})
	}
	write("body/header/h1", "h1", "Phường Ví Dụ")
	for i, text := range []string{"Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Hỏi đáp", "Liên hệ"} {
		write("body/nav/a", "a", text)
		link(fmt.Sprintf("http://phuongvidu.tinhmau.gov.vn/muc/%d", i), text)
	}
	for i := range newsShown {
		n := (s.looks/4 + i) % len(headlines)
		write("body/main/ul/li", "li", headlines[n])
		link(fmt.Sprintf("http://phuongvidu.tinhmau.gov.vn/tin/%d", n), headlines[n])
	}
	for i, p := range newPortals() {
		write("body/main/section/p", "p", p.About)
		link(fmt.Sprintf("http://phuongvidu.tinhmau.gov.vn/gioi-thieu/%d", i), p.Unit)
	}
	write("body/aside/p", "p", fmt.Sprintf("Tổng lượt truy cập: %d", 184200+7*s.looks))
	write("body/footer/p", "p", "Cơ quan chủ quản: Ủy ban nhân dân phường Ví Dụ")
	write("body/footer/p", "p", "Chịu trách nhiệm nội dung: Ban biên tập phường Ví Dụ")
	if s.mode == portalInjected {
		for i, text := range []string{"nhà cái uy tín", "tài xỉu online", "nổ hũ đổi thưởng", "soi kèo bóng đá", "casino trực tuyến"} {
			page.Links = append(page.Links, monitor.Link{URL: fmt.Sprintf("https://nhacai%d-vidu.example/", i), Text: text,
				Path: "body/div/a", Hidden: "off-screen", Rect: monitor.Rect{X: -9999, W: 90, H: 20}})
			page.Blocks = append(page.Blocks, monitor.Block{Path: "body/div/a", Tag: "a", Text: text, Hidden: "off-screen", Rect: monitor.Rect{X: -9999, W: 90, H: 20}})
		}
	}
	return page
}

var styleFiles = []string{"http://phuongvidu.tinhmau.gov.vn/css/site.css", "http://phuongvidu.tinhmau.gov.vn/css/menu.css"}

// redesignedPage says whose it is, and everything else in other words and places.
func redesignedPage() monitor.Page {
	page := monitor.Page{Title: "Cổng thông tin điện tử phường Ví Dụ", Lang: "vi", Width: 1366, Height: 1800, Nodes: 700, TagPaths: map[string]int{"body/main/article": 40}}
	for i := range 40 {
		at := monitor.Rect{X: 400, Y: 40 * i, W: 600, H: 30}
		text := fmt.Sprintf("Chuyên mục %c giới thiệu hoạt động của địa phương và đời sống nhân dân trên địa bàn", 'A'+i)
		page.Blocks = append(page.Blocks, monitor.Block{Path: "body/main/article", Tag: "article", Text: text, Font: 18, Rect: at})
		page.Links = append(page.Links, monitor.Link{URL: fmt.Sprintf("http://phuongvidu.tinhmau.gov.vn/moi/%d", i), Text: text, Path: "body/main/article/a", Rect: at})
	}
	return page
}

// pictures keeps what was drawn: a story sees the same few pictures hundreds of times, and drawing one costs more than judging it.
var pictures sync.Map

// picture is the page's look.
func (s *scene) picture() []byte {
	type face struct {
		mode portalMode
		turn int
	}
	f := face{s.mode, s.looks % 5}
	kept, known := pictures.Load(f)
	if !known {
		kept, _ = pictures.LoadOrStore(f, s.paint())
	}
	return kept.([]byte)
}

// paint draws a header, a carousel that turns, and lines of text.
func (s *scene) paint() []byte {
	img := image.NewRGBA(image.Rect(0, 0, monitor.ViewportWidth, monitor.ViewportHeight))
	fill := func(x, y, w, h int, c color.Color) {
		draw.Draw(img, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Src)
	}
	switch s.mode {
	case portalBlank:
		fill(0, 0, 1366, 768, color.White)
	case portalDefaced:
		fill(0, 0, 1366, 768, color.Black)
		fill(300, 200, 700, 80, color.RGBA{255, 0, 0, 255})
		fill(300, 320, 700, 30, color.RGBA{0, 255, 0, 255})
	default:
		fill(0, 0, 1366, 768, color.White)
		fill(0, 0, 1366, 110, color.RGBA{160, 30, 30, 255})
		fill(60, 30, 300, 40, color.RGBA{250, 220, 120, 255})
		fill(60, 150, 600, 300, color.RGBA{uint8(40 * (s.looks % 5)), 120, uint8(200 - 30*(s.looks%5)), 255})
		for i := range 16 {
			fill(720, 160+i*34, 380+(i*53)%180, 14, color.RGBA{60, 60, 60, 255})
		}
	}
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, img); err != nil {
		panic(err) // a picture in memory
	}
	return b.Bytes()
}
