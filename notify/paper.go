package notify

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// Letterhead is what stands at the head of official papers, in the office's own words. What is empty is left as dots, to be
// filled in by hand.
type Letterhead struct {
	Owner     string // the authority above the office: "UBND TỈNH TỈNH MẪU"
	Body      string // the office that issues it: "TRUNG TÂM CHUYỂN ĐỔI SỐ"
	Place     string // "Tỉnh Mẫu"
	To        string // Kính gửi
	Authority string // whom incidents are reported to, "Phòng An ninh mạng, Công an tỉnh Tỉnh Mẫu"
	Field     string // what the field is called here: "an toàn thông tin"; "" is "an ninh mạng"
}

// paperParts is the layout of Nghị định 30/2020/NĐ-CP that all papers share: A4, Times-like 14, margins of 20 mm above and
// below, 30 left and 15 right, the number of the page above all but the first. Its templates "begin", "head", "sign" and
// "end" are given a masthead. Number, date and signature stay blank: a paper is a draft until a person signs it. It is
// Vietnamese in every language.
//
//go:embed parts.html
var paperParts string

//go:embed report.html
var paperTemplate string

var reportPaper = template.Must(template.Must(template.New("report").Parse(paperParts)).Parse(paperTemplate))

// masthead is what stands above every paper.
type masthead struct {
	Letterhead
	Year, Title, About string
}

// masthead is the office's, above a paper with a title ("BÁO CÁO") on something that is made at an instant.
func (d *Desk) masthead(title, about string, at time.Time) masthead {
	m := masthead{d.letterhead, at.In(targets.Vietnam).Format("2006"), title, about}
	for _, field := range []*string{&m.Owner, &m.Body, &m.Place, &m.To} {
		*field = cmp.Or(*field, gap)
	}
	m.Field = cmp.Or(m.Field, "an ninh mạng")
	return m
}

// gap is what a person fills in.
const gap = "…………………………"

// paperPage is a report in the words of an official paper.
type paperPage struct {
	masthead
	Made      string
	Overview  []string
	Duty      []string
	Summary   []string
	Incidents []paperIncident
	Changes   string
	Lacks     []paperLack
	Worst     []paperPortal
	Pictures  []paperPicture
	More      string // how many further pictures there would be; "" when there are none
}

// paperIncident is a row of the table of incidents.
type paperIncident struct {
	Row                                                                        int
	Opened, Number, Unit, Host, Kind, Severity, Detected, Taken, Over, Finding string
}

type paperLack struct {
	What, Names, ToDo string
}

type paperPortal struct {
	Row                     int
	Name, Host, Share, Down string
}

// Paper writes a report as an official paper, with its annex of pictures: one HTML file that needs nothing else.
func (d *Desk) Paper(ctx context.Context, r Report) ([]byte, error) {
	page := d.paperOf(r)
	pictures, left, err := d.annex(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	if page.Pictures = pictures; left > 0 {
		page.More = officialCount(left)
	}
	var out bytes.Buffer
	if err := reportPaper.Execute(&out, page); err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	return out.Bytes(), nil
}

func (d *Desk) paperOf(r Report) paperPage {
	title := "BÁO CÁO"
	if r.Kind == ReportDaily {
		title = "BÁO CÁO NHANH"
	}
	p := paperPage{masthead: d.masthead(title, "", r.At), Made: officialMoment(r.At)}
	p.About = fmt.Sprintf("Tình hình bảo đảm %s các cổng, trang thông tin điện tử %s", p.Field, r.words())
	p.Overview, p.Duty, p.Summary = overview(r), duty(r), summary(r)
	for n, e := range r.Episodes {
		p.Incidents = append(p.Incidents, paperRow(n+1, e))
	}
	p.Changes = fmt.Sprintf("Trong kỳ đã phê duyệt %s bản mẫu giao diện, từ chối %s bản mẫu.", officialCount(r.Approved), officialCount(r.Rejected))
	for _, l := range r.Lacks {
		p.Lacks = append(p.Lacks, paperLack{l.Kind.Text(targets.Vietnamese), listed(l.Names), sentence(l.Kind.ToDo(targets.Vietnamese))})
	}
	for n, s := range r.Worst() {
		share, _ := s.Share()
		p.Worst = append(p.Worst, paperPortal{n + 1, plain(s.Site.Name), plain(s.Site.Host()), officialPercent(share), officialLength(s.Down)})
	}
	return p
}

// words says what a report is about, after "các cổng, trang thông tin điện tử".
func (t Topic) words() string {
	last := t.Span.Until.Add(-time.Millisecond)
	between := fmt.Sprintf("từ ngày %s đến ngày %s", officialDay(t.Span.From), officialDay(last))
	switch t.Kind {
	case ReportDaily:
		return "ngày " + officialDay(t.Span.From)
	case ReportMonth:
		return "tháng " + t.Span.From.In(targets.Vietnam).Format("01/2006")
	case ReportYear:
		return fmt.Sprintf("năm %s (%s)", last.In(targets.Vietnam).Format("2006"), between)
	case ReportPeriod:
		return fmt.Sprintf("đợt cao điểm “%s” (%s)", plain(t.Period.Name), between)
	default:
		return between
	}
}

// overview is how the portals were: against the span before.
func overview(r Report) []string {
	now, before := r.Figures, r.Earlier
	list := []string{
		fmt.Sprintf("Số cổng, trang thông tin điện tử được giám sát: %s (kỳ trước: %s).", officialCount(now.Portals), officialCount(before.Portals)),
		fmt.Sprintf("Tỷ lệ sẵn sàng: %s (kỳ trước: %s). Tổng thời gian gián đoạn cộng dồn của các cổng: %s.", shareWords(now), shareWords(before), officialLength(now.Down)),
	}
	if now.NoData >= time.Minute {
		missing := "Thời gian không có dữ liệu (không tính vào tỷ lệ): " + officialLength(now.NoData) + " cộng dồn"
		if now.Blind >= time.Minute {
			missing += ", trong đó " + officialLength(now.Blind) + " do mất mạng giám sát"
		}
		list = append(list, missing+".")
	}
	incidents := "Trong kỳ không xảy ra sự cố"
	if now.Incidents > 0 {
		incidents = fmt.Sprintf("Trong kỳ xảy ra %s sự cố", officialCount(now.Incidents))
	}
	return append(list,
		fmt.Sprintf("%s (kỳ trước: %s sự cố).", incidents, officialCount(before.Incidents)),
		fmt.Sprintf("Đã gửi %s tin cảnh báo về %s việc (kỳ trước: %s tin).", officialCount(now.Messages), officialCount(now.Facts), officialCount(before.Messages)))
}

func shareWords(f Figures) string {
	share, ok := f.Share()
	if !ok {
		return "chưa có dữ liệu"
	}
	return officialPercent(share)
}

// duty is who was on duty, in all of the province: a shift is for every portal.
func duty(r Report) []string {
	if r.Shifts == 0 {
		return []string{"Trong kỳ không có ca trực nào được ghi trong lịch trực."}
	}
	list := []string{fmt.Sprintf("Đã bố trí %s ca trực, trong đó %s ca đã xác nhận nhận ca; %s lần giao ca có ghi sổ.",
		officialCount(r.Shifts), officialCount(r.CheckedIn), officialCount(r.HandoverNotes))}
	if r.HoleTime > 0 {
		list = append(list, "Thời gian phải trực mà lịch trực không có người: "+officialLength(r.HoleTime)+".")
	}
	return list
}

// summary is the incidents in numbers.
func summary(r Report) []string {
	if r.Incidents+r.Carried == 0 {
		return []string{"Trong kỳ không xảy ra sự cố."}
	}
	var kinds, severities, findings []string
	for _, c := range paperConcernOrder {
		kinds = counted(kinds, paperConcerns[c], r.ByConcern[c])
	}
	for _, s := range []Severity{Critical, Major, Warning, Info} {
		severities = counted(severities, s.Text(targets.Vietnamese), r.BySeverity[s])
	}
	for _, f := range append([]Finding{""}, Findings...) {
		findings = counted(findings, findingWords(f), r.ByFinding[f])
	}
	list := []string{
		fmt.Sprintf("Từ kỳ trước chuyển sang: %s; phát sinh trong kỳ: %s (tái diễn: %s); đã kết thúc: %s; còn tồn cuối kỳ: %s.", officialCount(r.Carried),
			officialCount(r.Incidents), officialCount(r.Recurrences), officialCount(r.Ended), officialCount(r.Live)),
	}
	for _, one := range []struct {
		label string
		parts []string
	}{{"Theo loại", kinds}, {"Theo mức độ", severities}, {"Theo kết quả xác minh", findings}} {
		if len(one.parts) > 0 {
			list = append(list, one.label+": "+strings.Join(one.parts, "; ")+".")
		}
	}
	for _, one := range []struct {
		label string
		took  Spread
	}{{"Phát hiện (từ lần nhìn thấy đầu tiên đến khi cảnh báo)", r.Detected}, {"Tiếp nhận (từ khi cảnh báo)", r.Taken}, {"Kết thúc (từ khi cảnh báo)", r.Lasted}} {
		if one.took.Of > 0 {
			list = append(list, fmt.Sprintf("%s: trung vị %s, lâu nhất %s (%s sự cố).", one.label, officialLength(one.took.Median), officialLength(one.took.Slowest), officialCount(one.took.Of)))
		}
	}
	return list
}

func counted(list []string, what string, n int) []string {
	if n == 0 {
		return list
	}
	return append(list, what+" "+officialCount(n))
}

// paperConcerns are the kinds of incidents, after QĐ 05/2017 as far as a look from outside can tell.
var paperConcerns = map[baseline.Concern]string{
	baseline.ConcernAvailability: "gián đoạn truy cập", baseline.ConcernContent: "thay đổi giao diện, nội dung",
	baseline.ConcernCertificate: "chứng thư số", baseline.ConcernQuality: "hiển thị không trọn vẹn",
}

func findingWords(f Finding) string {
	if f == "" {
		return "chưa xác minh"
	}
	return f.Text(targets.Vietnamese)
}

func paperRow(n int, e Episode) paperIncident {
	i := e.Incident
	length := func(d time.Duration, known bool) string {
		if !known {
			return "–"
		}
		return officialLength(d)
	}
	row := paperIncident{Row: n, Opened: officialMoment(e.OpenedAt), Number: i.Number, Unit: plain(i.Site.Unit.Name), Host: plain(i.Site.Host()),
		Kind: paperConcerns[i.Concern], Severity: i.Severity.Text(targets.Vietnamese), Detected: length(e.Detected()), Taken: length(e.Taken()),
		Over: length(e.Lasted()), Finding: findingWords(e.Finding)}
	if e.Again {
		row.Kind += " (tái diễn)"
	}
	return row
}

// mostPaperNames is how much of what is lacking a paper names.
const mostPaperNames = 20

func listed(names []string) string {
	shown := strings.Join(names[:min(len(names), mostPaperNames)], "; ")
	if more := len(names) - mostPaperNames; more > 0 {
		shown += fmt.Sprintf(" và %s nơi khác", officialCount(more))
	}
	return shown
}

// sentence begins words with a capital letter and ends them with a full stop.
func sentence(s string) string {
	letters := []rune(s)
	if len(letters) == 0 {
		return ""
	}
	return strings.ToUpper(string(letters[:1])) + string(letters[1:]) + "."
}
