package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The sample portals of the demonstration: our own pages under invented names, served on loopback.

//go:embed portals
var portalFiles embed.FS

var portalPage = template.Must(template.ParseFS(portalFiles, "portals/portal.html"))

// portalMode is what has happened to a sample portal.
type portalMode int

const (
	portalNormal portalMode = iota
	portalDefaced
	portalInjected // a hidden block of gambling links
	portalStopped  // nothing listens
)

// portal is one sample portal with its own listener.
type portal struct {
	Host, Unit, Owner, Slogan, Theme, About string

	address string
	server  *http.Server

	mu     sync.Mutex
	mode   portalMode
	visits int
	served int // home pages, which moves the news
}

// newPortals returns the three sample portals, not yet started.
func newPortals() []*portal {
	return []*portal{
		{Host: "phuongvidu.tinhmau.gov.vn", Unit: "Phường Ví Dụ", Owner: "Ủy ban nhân dân phường Ví Dụ", Slogan: "Kỷ cương – Trách nhiệm – Gần dân", Theme: "do",
			About: "Phường Ví Dụ nằm ở trung tâm tỉnh Tỉnh Mẫu, được thành lập trên cơ sở sáp nhập ba phường cũ, có diện tích tự nhiên 12,4 ki-lô-mét vuông và hơn bốn mươi nghìn nhân khẩu."},
		{Host: "sothidu.tinhmau.gov.vn", Unit: "Sở Thí Dụ", Owner: "Ủy ban nhân dân tỉnh Tỉnh Mẫu", Slogan: "Chuyên nghiệp – Minh bạch – Hiệu quả", Theme: "lam",
			About: "Sở Thí Dụ là cơ quan chuyên môn thuộc Ủy ban nhân dân tỉnh Tỉnh Mẫu, tham mưu và giúp Ủy ban nhân dân tỉnh thực hiện chức năng quản lý nhà nước trong lĩnh vực được giao."},
		{Host: "xaminhhoa.tinhmau.gov.vn", Unit: "Xã Minh Họa", Owner: "Ủy ban nhân dân xã Minh Họa", Slogan: "Đoàn kết – Dân chủ – Phát triển", Theme: "luc",
			About: "Xã Minh Họa là xã nông thôn mới kiểu mẫu của tỉnh Tỉnh Mẫu, có thế mạnh về cây ăn quả, làng nghề thủ công và du lịch cộng đồng ven sông."},
	}
}

// start serves the portal on its address, or on a free one the first time.
func (p *portal) start() error {
	if p.address == "" {
		p.address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", p.address)
	if err != nil {
		return fmt.Errorf("serve the sample portal %s: %w", p.Host, err)
	}
	p.address = l.Addr().String()
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 5 * time.Second}
	go p.server.Serve(l) // ends with stop; a failure shows as the portal being down
	return nil
}

func (p *portal) stop() error {
	if p.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := p.server.Shutdown(ctx); err != nil {
		return errors.Join(err, p.server.Close())
	}
	return nil
}

// become changes what the portal shows, and whether it answers at all.
func (p *portal) become(mode portalMode) error {
	p.mu.Lock()
	before := p.mode
	p.mode = mode
	p.mu.Unlock()
	switch {
	case mode == portalStopped && before != portalStopped:
		return p.stop()
	case mode != portalStopped && before == portalStopped:
		return p.start()
	}
	return nil
}

// ServeHTTP answers like a small content management system.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch {
	case name == "style.css", name == "moving.js":
		http.ServeFileFS(w, r, portalFiles, "portals/"+name)
	case name == "emblem.svg":
		svg(w, emblemPicture)
	case strings.HasPrefix(name, "anh/"):
		svg(w, slidePicture(name))
	default:
		p.serveHome(w)
	}
}

func (p *portal) serveHome(w http.ResponseWriter) {
	p.mu.Lock()
	p.visits += 7
	p.served++
	mode, look := p.mode, p.look()
	p.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if mode == portalDefaced {
		page, _ := portalFiles.ReadFile("portals/defaced.html") // embedded: it is there
		w.Write(page)
		return
	}
	if mode == portalInjected {
		block, _ := portalFiles.ReadFile("portals/injected.html")
		look.Injected = template.HTML(block)
	}
	_ = portalPage.Execute(w, look) // a broken connection is the visitor's business
}

func svg(w http.ResponseWriter, picture string) {
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprint(w, picture)
}

type portalLink struct{ Text, Path, Date, Number, Image string }

// portalLook is what the template shows of a portal at one moment.
type portalLook struct {
	Host, Unit, Owner, Slogan, Theme, About, Title, Notice, Now string
	Menu, Slides, News, Documents, Services                     []portalLink
	Visits, Online                                              int
	Injected                                                    template.HTML
}

// look moves what moves on an ordinary portal: the counters, the clock and, every third visit, the news.
func (p *portal) look() portalLook {
	now := time.Now()
	return portalLook{
		Host: p.Host, Unit: p.Unit, Owner: p.Owner, Slogan: p.Slogan, Theme: p.Theme, About: p.About,
		Title:  "Trang thông tin điện tử " + p.Unit + " – tỉnh Tỉnh Mẫu",
		Notice: "Lịch tiếp công dân định kỳ của lãnh đạo " + p.Unit + " vào thứ Năm tuần thứ hai hằng tháng",
		Now:    now.Format("15:04:05 02/01/2006"), Visits: 184_200 + p.visits, Online: 12 + p.served%9,
		Menu: links("Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Hỏi đáp", "Liên hệ"),
		Slides: []portalLink{
			{Text: "Ra quân dọn vệ sinh môi trường", Image: "/anh/1"}, {Text: "Hội nghị tổng kết công tác năm", Image: "/anh/2"}, {Text: "Khai mạc giải bóng chuyền", Image: "/anh/3"},
		},
		News:      p.news(now),
		Documents: documents(now),
		Services: links("Nộp hồ sơ trực tuyến", "Tra cứu hồ sơ", "Đăng ký khai sinh", "Chứng thực bản sao", "Cấp phép xây dựng", "Phản ánh kiến nghị",
			"Lịch công tác", "Công khai ngân sách"),
	}
}

var headlines = []string{
	"Triển khai chiến dịch tiêm chủng mở rộng cho trẻ em trên địa bàn", "Tập huấn kỹ năng số cho cán bộ tổ công nghệ cộng đồng",
	"Thông báo lịch tạm ngừng cấp nước để bảo dưỡng đường ống", "Hội thi tìm hiểu pháp luật về giao thông đường bộ", "Khánh thành nhà văn hóa khu dân cư số 4",
	"Kiểm tra công tác phòng cháy, chữa cháy tại chợ trung tâm", "Trao học bổng cho học sinh vượt khó học giỏi", "Hướng dẫn kê khai thuế thu nhập cá nhân qua mạng",
	"Phát động tuần lễ trồng cây đầu xuân", "Tiếp nhận ý kiến góp ý dự thảo quy hoạch sử dụng đất",
}

// newsShown is how many headlines stand on the home page.
const newsShown = 7

func (p *portal) news(now time.Time) []portalLink {
	list := make([]portalLink, newsShown)
	for i := range list {
		n := (p.served/3 + i) % len(headlines)
		list[i] = portalLink{Text: headlines[n], Path: fmt.Sprintf("/tin-tuc/%d.html", n), Date: now.AddDate(0, 0, -i).Format("02/01/2006")}
	}
	return list
}

func documents(now time.Time) []portalLink {
	texts := []string{"Về việc phê duyệt kế hoạch công tác quý", "Về việc phân công nhiệm vụ thành viên", "Thông báo kết luận phiên họp thường kỳ", "Kế hoạch chuyển đổi số năm", "Về việc tăng cường kỷ luật hành chính"}
	list := make([]portalLink, len(texts))
	for i, text := range texts {
		list[i] = portalLink{Text: text, Number: fmt.Sprintf("%d/QĐ-UBND", 120-i*7), Path: fmt.Sprintf("/van-ban/%d", i), Date: now.AddDate(0, 0, -3*i).Format("02/01/2006")}
	}
	return list
}

func links(texts ...string) []portalLink {
	list := make([]portalLink, len(texts))
	for i, text := range texts {
		list[i] = portalLink{Text: text, Path: fmt.Sprintf("/muc/%d", len(text)*7+i)}
	}
	return list
}

const emblemPicture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><circle cx="36" cy="36" r="34" fill="#f6d04d" stroke="#fff" stroke-width="3"/>
<path d="M36 14l6 16h17l-14 10 6 17-15-11-15 11 6-17-14-10h17z" fill="#b3202b"/></svg>`

// slidePicture draws a landscape in colours of its own for each slide.
func slidePicture(name string) string {
	hue := 40 + 110*int(name[len(name)-1]-'0')
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 330" preserveAspectRatio="none">
<rect width="600" height="330" fill="hsl(%d 60%% 78%%)"/><circle cx="%d" cy="80" r="42" fill="hsl(%d 90%% 60%%)"/>
<path d="M0 250 L130 %d L260 240 L380 150 L600 260 V330 H0z" fill="hsl(%d 35%% 42%%)"/><path d="M0 290 Q150 240 300 285 T600 280 V330 H0z" fill="hsl(%d 45%% 28%%)"/></svg>`,
		hue, 90+hue, hue+180, 90+hue/4, hue+40, hue+60)
}
