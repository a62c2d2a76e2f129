package baseline

import (
	"fmt"
	"image"
	"strings"

	"canhcong/monitor"
)

// What happens to the invented portal. All words are our own.

func (b *portal) host(role monitor.Role, host string) {
	b.p.Hosts[role] = append(b.p.Hosts[role], host)
}

func (b *portal) fail(names ...string) {
	for _, n := range names {
		b.p.Failed = append(b.p.Failed, monitor.Resource{URL: portalURL + n, Role: roleOf(n), Reason: "net::ERR_CONNECTION_RESET"})
	}
}

// replaceNews puts new headlines in place of the first old ones.
func replaceNews(b *portal, news []string) {
	n := 0
	for i, block := range b.p.Blocks {
		if strings.HasSuffix(block.Path, "div.news/ul/li") && n < len(news) {
			b.p.Blocks[i].Text = news[n]
			for k, l := range b.p.Links {
				if l.Text == block.Text {
					b.p.Links[k].Text, b.p.Links[k].URL = news[n], fmt.Sprintf("%stin-tuc/moi-%d", portalURL, n)
				}
			}
			n++
		}
	}
}

func noticeBar(b *portal) {
	b.s.shift, b.s.banner = 48, 48
	b.block("html/body/div.notice", "div", "Thông báo: nghỉ lễ từ ngày mai, bộ phận một cửa trực buổi sáng", 16).Rect = monitor.Rect{W: 1366, H: 48}
}

func tetBanner(b *portal) {
	b.s.banner = 120
	b.block("html/body/div.tet", "div", "Chúc mừng năm mới – Mừng Đảng, mừng Xuân", 36).Rect = monitor.Rect{W: 1366, H: 120}
	b.p.Images = append(b.p.Images, monitor.Image{Src: portalURL + "img/hoa-dao.png", Alt: "Hoa đào ngày Tết"})
}

func policeNews(b *portal) {
	replaceNews(b, []string{
		"Công an phường triệt phá đường dây cá độ bóng đá, lô đề qua mạng", "Khởi tố nhóm đối tượng tổ chức đánh bạc, tài xỉu online quy mô lớn",
		"Cảnh báo thủ đoạn lôi kéo người dân vào cổng game đổi thưởng", "Tuyên truyền phòng, chống tệ nạn cờ bạc, cá cược bóng đá dịp Tết",
	})
}

func securityNews(b *portal) {
	replaceNews(b, []string{"Cảnh báo nhiều website bị chèn dòng chữ Hacked by, cơ quan công an điều tra"})
	b.block("html/body/div.news/p", "p", strings.Repeat("Bài viết phân tích sự cố an ninh mạng xảy ra tuần qua tại nhiều đơn vị. ", 20)+
		"Trang chủ khi đó hiện dòng chữ hacked by kèm tên nhóm tin tặc.", 14)
}

func redesign(b *portal) {
	b.emptied("Cổng thông tin điện tử phường Ví Dụ", 245, 60)
	b.p.Lang = "vi"
	b.s.bands, b.s.slide = true, 2
	for i := range 30 {
		b.link("html/body/main/section/article", fmt.Sprintf("Chuyên mục mới %s giới thiệu hoạt động của địa phương", string(rune('A'+i))), fmt.Sprintf("%smoi/%d", portalURL, i))
	}
	b.host(monitor.RoleScript, "cdn.jsdelivr.net")
	b.host(monitor.RoleScript, "widget.nhacungcap.example.vn")
}

func maintenance(b *portal) {
	b.emptied("Thông báo bảo trì", 255, 90)
	b.p.Lang = "vi"
	b.block("html/body/div/p", "p", "Hệ thống đang bảo trì, kính mong quý vị thông cảm và quay lại sau.", 20)
}

func cssFailed(b *portal) {
	b.fail("css/site.css", "css/menu.css")
	b.p.Loaded = b.p.Loaded[2:]
	b.s = scene{ground: 255, ink: 0, panel: &image.Rectangle{Min: image.Pt(8, 8), Max: image.Pt(300, 760)}}
}

func hackedBlack(b *portal) {
	b.emptied("Hacked By Nobody", 0, 220)
	b.block("html/body/center/h1", "h1", "HACKED BY NOBODY", 60)
	b.block("html/body/center/p", "p", "Greetz: n0b0dy crew – we are legion, expect us. Hello admin, patch your system.", 18)
	b.host(monitor.RoleMedia, "k.top4top.io")
}

func hackedWhite(b *portal) {
	b.emptied("", 255, 0)
	b.block("html/body", "body", "Hacked by nobody", 16)
}

func unsigned(b *portal) {
	b.emptied("Index", 255, 30)
	b.block("html/body/pre", "pre", "lorem ipsum dolor sit amet and nothing else remains of what stood on this page before", 14)
}

func indonesian(b *portal) {
	b.emptied("Selamat datang", 20, 230)
	b.p.Lang = "id"
	b.block("html/body/div", "div", "selamat datang di halaman kami hari ini tidak ada yang lain di sini untuk anda semua", 20)
}

func gamblingBar(b *portal) {
	b.s.shift, b.s.banner = 90, 90
	text := "Nhà cái uy tín – đăng ký nhận 188k – tài xỉu online, nổ hũ đổi thưởng"
	b.block("html/body/div", "div", text, 26).Rect = monitor.Rect{W: 1366, H: 90}
	b.p.Links = append(b.p.Links, monitor.Link{URL: "https://nhacai-vidu.win/dang-ky", Text: text, Path: "html/body/div/a"})
}

func gamblingHidden(b *portal) {
	for i, text := range []string{"nhà cái uy tín", "soi kèo bóng đá hôm nay", "tài xỉu online", "game bài đổi thưởng", "link vào nhà cái"} {
		b.hiddenLink(text, fmt.Sprintf("https://vidu%d.bet/", i), "off-screen")
	}
}
