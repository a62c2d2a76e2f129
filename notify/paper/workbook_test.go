package paper

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestWorkbookIsNumbersAndText reads a workbook as Excel does: numbers are numbers in Vietnamese form, and words are never
// formulas, whatever they begin with.
func TestWorkbookIsNumbersAndText(t *testing.T) {
	hostile := []string{"=HYPERLINK(\"http://bad.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "<b>&amp;]]>", "bad\xffutf8\x00", "'x"}
	s := Sheet{Name: "Số liệu", Head: []string{"=tên", "dòng hai"}, Columns: []Column{{"=cột", 20}, {"số", 10}}}
	for _, h := range hostile {
		s.Rows = append(s.Rows, []any{h, 5})
	}
	shown := []struct {
		value     any
		raw, show string
	}{
		{5, "5", "[<10]00;#,##0"}, {1234, "1234", "[<10]00;#,##0"}, {Share(0.9993), "0.9993", "0.00%"}, {36 * time.Hour, "1.5", showLength},
		{time.Date(2027, 2, 6, 6, 0, 0, 0, time.FixedZone("", 7*3600)), "46424.25", "dd/mm/yyyy hh:mm"}, {nil, "", "@"},
	}
	for _, one := range shown {
		s.Rows = append(s.Rows, []any{"", one.value})
	}
	raw, err := Workbook(s, Sheet{Name: "Trống", Columns: []Column{{"TT", 6}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for n, h := range hostile {
		at := cellName(1, 4+n)
		kind, _ := f.GetCellType(s.Name, at)
		formula, _ := f.GetCellFormula(s.Name, at)
		have, _ := f.GetCellValue(s.Name, at)
		if want := strings.ToValidUTF8(strings.ReplaceAll(h, "\x00", "\uFFFD"), "\uFFFD"); kind != excelize.CellTypeSharedString || formula != "" || have != want {
			t.Errorf("%q: have %q of type %d with the formula %q, want text", h, have, kind, formula)
		}
	}
	for n, one := range shown {
		at := cellName(2, 4+len(hostile)+n)
		number, _ := f.GetCellStyle(s.Name, at)
		style, err := f.GetStyle(number)
		if err != nil {
			t.Fatal(err)
		}
		have, _ := f.GetCellValue(s.Name, at, excelize.Options{RawCellValue: true})
		if show := style.CustomNumFmt; have != one.raw || show == nil && one.show != showText || show != nil && *show != one.show {
			t.Errorf("%v: kept as %q, shown as %v, want %q shown as %q", one.value, have, show, one.raw, one.show)
		}
	}
	if have := f.GetSheetList(); strings.Join(have, "|") != "Số liệu|Trống" {
		t.Errorf("have the sheets %q", have)
	}
	noFormulas(t, raw)
	if _, err := Workbook(Sheet{Name: "x", Columns: []Column{{"", 1}}, Rows: [][]any{{3.5}}}); err == nil {
		t.Error("a value that no cell can hold was written")
	}
}

// noFormulas looks through the parts of a workbook for anything that computes or leads outside.
func noFormulas(t *testing.T, raw []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, never := range []string{"<f>", "<f ", "<hyperlink", `TargetMode="External"`} {
			if strings.Contains(string(text), never) {
				t.Errorf("%s has %q", part.Name, never)
			}
		}
	}
}
