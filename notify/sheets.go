package notify

import (
	"time"

	"canhcong/baseline"
	"canhcong/notify/paper"
	"canhcong/targets"
)

// Workbook writes a report as tables to compute with: its numbers beside those of the span before, its incidents, and how
// available each portal was. It is Vietnamese in every language, as the paper is.
func (d *Desk) Workbook(r Report) ([]byte, error) {
	head := d.paperOf(r)
	lines := []string{head.Title + ": " + head.About + " (dự thảo)", "Số liệu do phần mềm Canh Cổng tổng hợp lúc " + head.Made + ", không tính diễn tập."}
	return paper.Workbook(numbersSheet(r, lines), incidentsSheet(r, lines), portalsSheet(r, lines))
}

// numbersSheet sets the numbers of a report beside those of the span before.
func numbersSheet(r Report, head []string) paper.Sheet {
	s := paper.Sheet{Name: "Số liệu", Head: head, Columns: []paper.Column{{Name: "Chỉ tiêu", Width: 62}, {Name: "Kỳ này", Width: 20}, {Name: "Kỳ trước", Width: 20}}}
	before := figureRows(r.Earlier)
	for n, one := range figureRows(r.Figures) {
		s.Rows = append(s.Rows, []any{one.name, one.value, before[n].value})
	}
	return s
}

// figureRow is a number of a report.
type figureRow struct {
	name  string
	value any
}

// figureRows are all numbers, in the order of the paper.
func figureRows(f Figures) (list []figureRow) {
	add := func(name string, value any) { list = append(list, figureRow{name, value}) }
	add("Cổng, trang được giám sát", f.Portals)
	add("Cổng, trang có dữ liệu", f.Measured)
	if share, ok := f.Share(); ok {
		add("Tỷ lệ sẵn sàng", paper.Share(share))
	} else {
		add("Tỷ lệ sẵn sàng", nil)
	}
	add("Thời gian hoạt động, cộng dồn", f.Up)
	add("Thời gian gián đoạn, cộng dồn", f.Down)
	add("Thời gian không có dữ liệu, cộng dồn", f.NoData)
	add("Trong đó: mất mạng giám sát", f.Blind)
	add("Ca trực", f.Shifts)
	add("Ca đã xác nhận nhận ca", f.CheckedIn)
	add("Lần giao ca có ghi sổ", f.HandoverNotes)
	add("Thời gian phải trực mà không có người", f.HoleTime)
	add("Sự cố phát sinh", f.Incidents)
	add("Trong đó: tái diễn", f.Recurrences)
	add("Sự cố từ kỳ trước chuyển sang", f.Carried)
	add("Sự cố đã kết thúc", f.Ended)
	add("Sự cố còn tồn cuối kỳ", f.Live)
	for _, c := range paperConcernOrder {
		add("Theo loại: "+paperConcerns[c], f.ByConcern[c])
	}
	for _, s := range []Severity{Critical, Major, Warning, Info} {
		add("Theo mức độ: "+s.Text(targets.Vietnamese), f.BySeverity[s])
	}
	for _, one := range append([]Finding{""}, Findings...) {
		add("Theo kết quả xác minh: "+findingWords(one), f.ByFinding[one])
	}
	for _, one := range []struct {
		name string
		took Spread
	}{{"Phát hiện", f.Detected}, {"Tiếp nhận", f.Taken}, {"Kết thúc", f.Lasted}} {
		add(one.name+" sau: trung vị", known(one.took.Median, one.took.Of > 0))
		add(one.name+" sau: lâu nhất", known(one.took.Slowest, one.took.Of > 0))
	}
	add("Việc đã cảnh báo", f.Facts)
	add("Tin cảnh báo đã gửi", f.Messages)
	add("Bản mẫu giao diện được phê duyệt", f.Approved)
	add("Bản mẫu giao diện bị từ chối", f.Rejected)
	return list
}

// known is how long something took, or nothing where that is not known.
func known(d time.Duration, ok bool) any {
	if !ok {
		return nil
	}
	return d
}

// incidentsSheet lists the incidents that began in the span.
func incidentsSheet(r Report, head []string) paper.Sheet {
	s := paper.Sheet{Name: "Sự cố", Head: head, Columns: []paper.Column{{Name: "TT", Width: 6}, {Name: "Số", Width: 15}, {Name: "Cảnh báo lúc", Width: 17}, {Name: "Đơn vị", Width: 30},
		{Name: "Cổng", Width: 30}, {Name: "Địa chỉ", Width: 34}, {Name: "Loại", Width: 26}, {Name: "Tái diễn", Width: 10}, {Name: "Mức độ", Width: 14}, {Name: "Phát hiện sau", Width: 18},
		{Name: "Tiếp nhận sau", Width: 18}, {Name: "Kết thúc sau", Width: 18}, {Name: "Kết thúc lúc", Width: 17}, {Name: "Xác minh", Width: 16}, {Name: "Nguyên nhân", Width: 26}}}
	for n, e := range r.Episodes {
		i := e.Incident
		again, ended := "", any(nil)
		if e.Again {
			again = "có"
		}
		if !e.EndedAt.IsZero() {
			ended = e.EndedAt.In(targets.Vietnam)
		}
		s.Rows = append(s.Rows, []any{n + 1, i.Number, e.OpenedAt.In(targets.Vietnam), plain(i.Site.Unit.Name), plain(i.Site.Name), plain(i.Site.URL), paperConcerns[i.Concern], again,
			i.Severity.Text(targets.Vietnamese), known(e.Detected()), known(e.Taken()), known(e.Lasted()), ended, findingWords(e.Finding), nil})
	}
	return s
}

// portalsSheet lists how available every portal was, the least available first.
func portalsSheet(r Report, head []string) paper.Sheet {
	s := paper.Sheet{Name: "Tỷ lệ sẵn sàng", Head: head, Columns: []paper.Column{{Name: "TT", Width: 6}, {Name: "Đơn vị", Width: 30}, {Name: "Cổng", Width: 34}, {Name: "Địa chỉ", Width: 38},
		{Name: "Tỷ lệ sẵn sàng", Width: 12}, {Name: "Hoạt động", Width: 20}, {Name: "Gián đoạn", Width: 20}, {Name: "Không có dữ liệu", Width: 20}, {Name: "Trong đó: từ chối giám sát", Width: 20}, {Name: "Số lần kiểm tra", Width: 12}}}
	for n, one := range r.Sites {
		var share any
		if value, ok := one.Share(); ok {
			share = paper.Share(value)
		}
		s.Rows = append(s.Rows, []any{n + 1, plain(one.Site.Unit.Name), plain(one.Site.Name), plain(one.Site.URL), share, one.Up, one.Down, one.NoData(), one.Blocked, one.Probes})
	}
	return s
}

// paperConcernOrder are the kinds of incidents, in the order of papers.
var paperConcernOrder = []baseline.Concern{baseline.ConcernContent, baseline.ConcernAvailability, baseline.ConcernCertificate, baseline.ConcernQuality}
