package paper

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Sheet is a table of a workbook. A cell is a string, which stays text whatever it begins with; an int that counts things;
// a Share; a time.Duration; a time.Time, shown by its own clock; or nil, which leaves the cell empty.
type Sheet struct {
	Name    string
	Head    []string // lines above the table
	Columns []Column
	Rows    [][]any
}

// Column is one column of a sheet.
type Column struct {
	Name  string
	Width float64 // in characters
}

// Share is a part of one, shown as a percentage.
type Share float64

// How cells are shown, in the codes of ECMA-376 part 1, 18.8.31: "05", "1.234" (the dot is that of the reader's language),
// 99,93%, "02 giờ 07 phút" and "06/02/2027 02:07".
const (
	showText   = "@"
	showCount  = "[<10]00;#,##0"
	showShare  = "0.00%"
	showLength = `[<0.041666]mm" phút "ss" giây";[hh]" giờ "mm" phút"` // as papers say it, of less and of more than an hour
	showMoment = "dd/mm/yyyy hh:mm"
)

// longestCell is how many characters a cell may have.
const longestCell = excelize.TotalCellChars

// Workbook writes sheets as an Excel workbook: numbers are numbers, to be computed with, and no text is ever a formula.
func Workbook(sheets ...Sheet) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w := workbook{File: f, styles: map[string]int{}}
	for n, s := range sheets {
		if n == 0 {
			w.try(f.SetSheetName(f.GetSheetName(0), s.Name))
		} else {
			_, err := f.NewSheet(s.Name)
			w.try(err)
		}
		w.sheet(s)
	}
	if w.err != nil {
		return nil, fmt.Errorf("write a workbook: %w", w.err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return out.Bytes(), nil
}

// workbook is a workbook under way. After an error it only remembers that.
type workbook struct {
	*excelize.File
	styles map[string]int
	err    error
}

func (w *workbook) try(err error) {
	if w.err == nil {
		w.err = err
	}
}

// sheet fills one sheet: the lines above the table, its header, which stays in sight and can be filtered by, and its rows.
func (w *workbook) sheet(s Sheet) {
	for n, line := range s.Head {
		w.text(s.Name, cellName(1, n+1), line, w.style(fmt.Sprint("head", n == 0), excelize.Style{Font: &excelize.Font{Bold: n == 0}}))
	}
	top := len(s.Head) + 1
	header := w.style("header", excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7ECF2"}},
		Border: lines, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"}})
	for n, c := range s.Columns {
		w.text(s.Name, cellName(n+1, top), c.Name, header)
		letter, _ := excelize.ColumnNumberToName(n + 1)
		w.try(w.SetColWidth(s.Name, letter, letter, c.Width))
	}
	for y, row := range s.Rows {
		for x, value := range row {
			w.cell(s.Name, cellName(x+1, top+1+y), value)
		}
	}
	w.try(w.SetPanes(s.Name, &excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: cellName(1, top+1), ActivePane: "bottomLeft"}))
	w.try(w.AutoFilter(s.Name, cellName(1, top)+":"+cellName(len(s.Columns), top+len(s.Rows)), nil))
	w.try(w.SetSheetProps(s.Name, &excelize.SheetPropsOptions{FitToPage: new(true)}))
	w.try(w.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Size: new(paperA4), Orientation: new("landscape"), FitToWidth: new(1), FitToHeight: new(0)}))
	w.try(w.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", s.Name, top, top), Scope: s.Name}))
}

// paperA4 is the code of A4 in ECMA-376 part 1, 18.3.1.63.
const paperA4 = 9

var lines = []excelize.Border{{Type: "left", Color: "B8C2CC", Style: 1}, {Type: "right", Color: "B8C2CC", Style: 1}, {Type: "top", Color: "B8C2CC", Style: 1}, {Type: "bottom", Color: "B8C2CC", Style: 1}}

// cell fills one cell by what its value is.
func (w *workbook) cell(sheet, at string, value any) {
	show, text := "", ""
	switch v := value.(type) {
	case string:
		show, text = showText, v
	case int:
		show = showCount
	case Share:
		show, value = showShare, float64(v)
	case time.Duration:
		show, value = showLength, v.Hours()/24
	case time.Time:
		show = showMoment
		value = time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
	case nil:
		show, text = showText, ""
	default:
		w.try(fmt.Errorf("%s: a %T cannot stand in a cell", at, value))
		return
	}
	style := w.style(show, excelize.Style{CustomNumFmt: &show, Border: lines, Alignment: &excelize.Alignment{WrapText: show == showText, Vertical: "top"}})
	if show == showText {
		w.text(sheet, at, text, style)
		return
	}
	w.try(w.SetCellValue(sheet, at, value))
	w.try(w.SetCellStyle(sheet, at, at, style))
}

// text fills a cell with text. It is written as a string, and shown by a format that keeps it one when somebody edits it.
func (w *workbook) text(sheet, at, text string, style int) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if utf8.RuneCountInString(text) > longestCell {
		text = string([]rune(text)[:longestCell])
	}
	w.try(w.SetCellStr(sheet, at, text))
	w.try(w.SetCellStyle(sheet, at, at, style))
}

// style returns the number of a style, which is made once.
func (w *workbook) style(name string, s excelize.Style) int {
	if number, ok := w.styles[name]; ok {
		return number
	}
	number, err := w.NewStyle(&s)
	w.try(err)
	w.styles[name] = number
	return number
}

func cellName(x, y int) string {
	name, _ := excelize.CoordinatesToCellName(x, y)
	return name
}
