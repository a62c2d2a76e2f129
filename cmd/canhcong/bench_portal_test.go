package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// simulated is one kind of portal of the benchmarks: an invented page of the weight of a real one (80 KB, 1,700 elements,
// two styles, three scripts, a banner, five slides, twenty small pictures) in which a carousel, a clock and a marquee move.
// Thousands of hosts share a few designs; each has its own name, counters, tokens and news.
type simulated struct {
	number int
	pieces []string // the page, cut where something of the visit stands
}

// What of a visit stands in a page.
const (
	markHost, markUnit, markVisits, markOnline, markTime, markToken, markNews = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07"

	marks = markHost + markUnit + markVisits + markOnline + markTime + markToken + markNews
)

// visit is one request for a home page.
type visit struct {
	host, unit string
	visits     int
	now        time.Time
	published  int    // news since the beginning
	more       string // HTML at the end of the body
}

// newSimulated writes a design.
func newSimulated(number int) simulated {
	r := rand.New(rand.NewPCG(uint64(number), 1))
	var p strings.Builder
	writeHead(&p, number)
	writeMenu(&p, r)
	writeFirstScreen(&p, number)
	writeColumns(&p, r, number)
	writeFoot(&p)
	return simulated{number, cutAtMarks(p.String())}
}

// cutAtMarks returns text and marks in turn.
func cutAtMarks(page string) (pieces []string) {
	for page != "" {
		at := strings.IndexAny(page, marks)
		if at < 0 {
			return append(pieces, page)
		}
		pieces = append(pieces, page[:at], page[at:at+1])
		page = page[at+1:]
	}
	return pieces
}

func (s simulated) write(w io.Writer, v visit) {
	for _, piece := range s.pieces {
		switch piece {
		case markHost:
			piece = v.host
		case markUnit:
			piece = v.unit
		case markVisits:
			piece = fmt.Sprint(184_200 + v.visits)
		case markOnline:
			piece = fmt.Sprint(12 + v.visits%37)
		case markTime:
			piece = v.now.Format("15:04:05 02/01/2006")
		case markToken:
			piece = tokenOf(6144)
		case markNews:
			writeNews(w, v.published)
			continue
		}
		io.WriteString(w, piece)
	}
	io.WriteString(w, v.more)
	io.WriteString(w, "</form></body></html>")
}

// tokenOf is what a server hides in its forms, another one for every visitor.
func tokenOf(n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var b strings.Builder
	b.Grow(n)
	for b.Len() < n {
		for bits, i := rand.Uint64(), 0; i < 10; i++ {
			b.WriteByte(alphabet[bits&63])
			bits >>= 6
		}
	}
	return b.String()
}

// writeNews writes the items of news, newest first.
func writeNews(w io.Writer, published int) {
	for i := range 30 {
		n := 1000 + published - i
		picture := ""
		if i < 12 {
			picture = fmt.Sprintf(`<a class="thumb" href="/tin-tuc/%d.html"><img src="/anh/nho-%d.jpg" width="160" height="107" alt="" loading="eager"></a>`, n, n%24)
		}
		fmt.Fprintf(w, `<li class="tin">%s<h3><a href="/tin-tuc/%d.html">%s</a></h3><span class="ngay"><i class="lich"></i> Ngày %d/%d/2026</span><p>%s</p></li>`+"\n",
			picture, n, headlineOf(n), 1+n%28, 1+n/28%12, sentenceOf(n))
	}
}

var places = strings.Fields("Ánh-Dương Bình-Lạc Cẩm-Tú Đông-Mai Gia-Hòa Hồng-Phong Kim-Long Lạc-Thủy Minh-Khai Nghĩa-Hưng Phú-Xuân Quang-Vinh Sơn-Lâm Tân-Thịnh")

func placeOf(n int) string { return strings.ReplaceAll(places[n%len(places)], "-", " ") }

func headlineOf(n int) string {
	return fmt.Sprintf("%s tại %s (đợt %d)", headlines[n%len(headlines)], placeOf(n/len(headlines)), n%17+1)
}

func sentenceOf(n int) string {
	return fmt.Sprintf("Sáng ngày %d, tại %s, đại diện các phòng, ban và nhân dân đã tham dự; %s được đánh giá là việc làm thiết thực, góp phần hoàn thành kế hoạch đã đề ra.",
		1+n%28, placeOf(n/3), strings.ToLower(headlines[(n+3)%len(headlines)]))
}

func writeHead(p *strings.Builder, number int) {
	fmt.Fprintf(p, `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trang thông tin điện tử `+markUnit+`</title><meta name="description" content="Trang thông tin điện tử `+markUnit+`"><meta property="og:title" content="`+markUnit+`">
<link rel="canonical" href="https://`+markHost+`/"><link rel="icon" href="/anh/nho-0.jpg"><link rel="stylesheet" href="/css/khung.css?v=5.3"><link rel="stylesheet" href="/css/mau-%d.css?v=12">
<script src="/js/thu-vien.js?v=3.7"></script><script src="/js/menu.js"></script>
<script>var cauHinh={donVi:"`+markUnit+`",mien:"`+markHost+`",the:"`+markToken[:1]+`"};%s</script></head>
<body class="bo-cuc-%d"><form id="aspnetForm" action="/" method="post"><input type="hidden" name="__VIEWSTATE" value="`+markToken+`">`+"\n",
		number, settings(), number%3)
}

// settings is the inline data that content management systems leave in their pages.
func settings() string {
	var p strings.Builder
	p.WriteString("var muc={")
	for i := range 90 {
		fmt.Fprintf(&p, `"m%d":{"ten":"%s","bat":%t,"thuTu":%d},`, i, placeOf(i), i%3 > 0, i*7%90)
	}
	p.WriteString(`"het":0};`)
	return p.String()
}

func writeMenu(p *strings.Builder, r *rand.Rand) {
	p.WriteString(`<header><img class="bieu-ngu" src="/anh/bieu-ngu-` + fmt.Sprint(r.IntN(6)) + `.jpg" width="1170" height="180" alt="Cổng thông tin điện tử"><nav><ul class="menu">` + "\n")
	for i, top := range []string{"Trang chủ", "Giới thiệu", "Tin tức – Sự kiện", "Văn bản", "Thủ tục hành chính", "Công khai ngân sách", "Hỏi đáp", "Liên hệ"} {
		fmt.Fprintf(p, `<li class="muc"><a href="/muc/%d"><span>%s</span></a><ul class="con">`, i, top)
		for k := range 4 + r.IntN(12) {
			fmt.Fprintf(p, `<li><a href="/muc/%d/%d.html"><span>%s %s</span></a></li>`, i, k, top, placeOf(i*5+k))
		}
		p.WriteString("</ul></li>\n")
	}
	p.WriteString(`</ul></nav><div class="dong-chu"><b id="dong-ho"></b> <marquee scrollamount="4">Nhiệt liệt chào mừng các ngày lễ lớn; lịch tiếp công dân định kỳ vào thứ Năm tuần thứ hai hằng tháng</marquee></div></header>` + "\n")
}

func writeFirstScreen(p *strings.Builder, number int) {
	p.WriteString(`<section class="trinh-chieu" id="trinh-chieu">`)
	for i := range 5 {
		on := ""
		if i == 0 {
			on = " hien"
		}
		fmt.Fprintf(p, `<figure class="slide%s"><img src="/anh/slide-%d.jpg" width="770" height="400" alt=""><figcaption>%s</figcaption></figure>`, on, (number*5+i)%20, headlineOf(number*31+i))
	}
	p.WriteString(`<div class="nut"></div></section><div class="chay-ngang"><div class="chay">Dịch vụ công trực tuyến phục vụ người dân, doanh nghiệp</div></div>` + "\n")
}

func writeColumns(p *strings.Builder, r *rand.Rand, number int) {
	p.WriteString(`<main><div class="cot-chinh"><section><h2>Tin tức – Sự kiện</h2><ul class="ds-tin">` + markNews + `</ul></section><section><h2>Văn bản mới</h2><table class="bang"><tbody>` + "\n")
	for i := range 28 {
		n := number*100 + i
		fmt.Fprintf(p, `<tr><td>%d</td><td><a href="/van-ban/%d">%d/QĐ-UBND</a></td><td>Về việc %s %s</td><td>%02d/%02d/2026</td></tr>`+"\n",
			i+1, n, 20+n%900, strings.ToLower(headlines[n%len(headlines)]), placeOf(n), 1+n%28, 1+n%12)
	}
	p.WriteString(`</tbody></table></section></div><aside>`)
	for box, title := range []string{"Dịch vụ công", "Chuyên mục", "Liên kết trang", "Thông báo"} {
		fmt.Fprintf(p, `<div class="hop"><h4>%s</h4><ul>`, title)
		for i := range 14 + r.IntN(8) {
			fmt.Fprintf(p, `<li><a href="/%d/%d.html" title="%s">%s</a></li>`, box, i, headlineOf(box*40+i), headlineOf(box*40+i))
		}
		fmt.Fprintf(p, `</ul><img src="/anh/nho-%d.jpg" width="240" height="160" alt=""></div>`+"\n", 12+(number+box*3)%12)
	}
	p.WriteString(`<div class="hop thoi-tiet"><h4>Thời tiết</h4><p id="thoi-tiet">…</p></div></aside></main>` + "\n")
}

func writeFoot(p *strings.Builder) {
	p.WriteString(`<div class="doi-tac">`)
	for i := range 6 {
		fmt.Fprintf(p, `<a href="https://doitac%d.tinhmau.gov.vn/"><img src="/anh/nho-%d.jpg" width="120" height="80" alt=""></a>`, i, 3*i)
	}
	p.WriteString(`</div><footer><p>Cơ quan chủ quản: ` + markUnit + `</p><p>Chịu trách nhiệm nội dung: Ban biên tập ` + markUnit + `</p><p>Đang trực tuyến: <b>` + markOnline +
		`</b> | Tổng lượt truy cập: <b>` + markVisits + `</b> <span id="truy-cap"></span></p><p>Giờ máy chủ: ` + markTime + `</p></footer><script src="/js/trang.js?v=88"></script>` + "\n")
}
