package notify

import (
	"bytes"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuri/excelize/v2"

	"canhcong/notify/paper"
)

// TestReportAsTables reads the tables of the same weeks as the paper: they say what the report does.
func TestReportAsTables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		some(t, o)
		until := time.Now().Add(time.Minute)
		r, err := o.Report(t.Context(), WindowOf(Span{until.AddDate(0, 0, -20), until}))
		if err != nil {
			t.Fatal(err)
		}
		r.Episodes[0].Incident.Site.Name = "=HYPERLINK(\"http://bad.example\")"
		raw, err := o.PutReport(t.Context(), r, paper.XLSX, nil)
		if err != nil {
			t.Fatal(err)
		}
		keepPaper(t, "window.xlsx", raw)
		f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		numbers := map[string]string{}
		for _, row := range rowsOf(t, f, "Số liệu") {
			numbers[row[0]] = row[1]
		}
		for name, want := range map[string]int{"Sự cố phát sinh": r.Incidents, "Trong đó: tái diễn": r.Recurrences, "Theo mức độ: khẩn cấp": r.BySeverity[Critical], "Tin cảnh báo đã gửi": r.Messages,
			"Cổng, trang được giám sát": r.Portals, "Bản mẫu giao diện được phê duyệt": r.Approved} {
			if have := numbers[name]; have != strconv.Itoa(want) {
				t.Errorf("%s: have %q, want %d", name, have, want)
			}
		}
		incidents := rowsOf(t, f, "Sự cố")
		if len(incidents) != r.Incidents || incidents[0][1] != r.Episodes[0].Incident.Number || incidents[0][4] != r.Episodes[0].Incident.Site.Name {
			t.Errorf("have the incidents %q, want %d", incidents, r.Incidents)
		}
		var down float64
		portals := rowsOf(t, f, "Tỷ lệ sẵn sàng")
		for _, row := range portals {
			days, _ := strconv.ParseFloat(row[6], 64)
			down += days * 24
		}
		if want := r.Down.Hours(); len(portals) != r.Portals || down < want-0.001 || down > want+0.001 {
			t.Errorf("have %d portals that were down for %g hours, want %d and %g", len(portals), down, r.Portals, want)
		}
	})
}

// rowsOf are the rows under the header of a sheet, without the two lines above it.
func rowsOf(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil || len(rows) < 3 {
		t.Fatalf("sheet %s: have %q, %v", sheet, rows, err)
	}
	return rows[3:]
}
