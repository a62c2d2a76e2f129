package targets

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// The largest list that is taken: five times the portals of the largest province.
const (
	maxFileBytes = 5 << 20
	maxFileRows  = 5000
)

// headerDepth is how many rows are searched for the header: lists often start with a title.
const headerDepth = 15

// Layout says what a list looks like.
type Layout struct {
	Headings [][]string          // of each column, the ways people name it, in bare letters (see Bare), the clearest first
	Needed   []int               // columns without which a row is no header: one of them has to be there
	Missing  map[Language]string // what to tell a person when there is no header
}

// Table is a list that was read from a spreadsheet: where each column of its layout is, and the rows below the header.
type Table struct {
	Rows  []Row
	at    []int // place of each column in a row, -1 where the file has none
	width int   // cells of the header
}

// Row is a row as it was read.
type Row struct {
	Line   int // where it starts in the file, from 1
	Cells  []string
	Broken error // why it could not be taken apart
}

// Has says whether the file has a column.
func (t Table) Has(column int) bool { return t.at[column] >= 0 }

// Cell returns what a row has in a column, "" where there is nothing.
func (t Table) Cell(row Row, column int) string {
	at := t.at[column]
	if at < 0 || at >= len(row.Cells) {
		return ""
	}
	return row.Cells[at]
}

// Torn says whether a row has more cells than the header: a comma without quotation marks has torn a text apart.
func (t Table) Torn(row Row) bool { return len(row.Cells) > t.width && !blank(row.Cells[t.width:]) }

// ReadTable reads a list from a spreadsheet: CSV with commas, semicolons or tabs, or an Excel workbook (XLSX), whose first
// visible sheet with a header is taken. In a workbook numbers, days and times are as Excel keeps them: 46424.8125 is 19:00 on
// 6 February 2027. The error is a *FileError, or that of the reader.
func ReadTable(f io.Reader, layout Layout) (Table, error) {
	raw, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return Table{}, fmt.Errorf("read list: %w", err)
	}
	sheets, problem := takeApart(raw)
	if problem != "" {
		return Table{}, &FileError{Problem: problem}
	}
	best, found := Table{}, 0
	for _, rows := range sheets {
		if t, recognised := layout.find(rows); recognised > found {
			best, found = t, recognised
		}
	}
	switch {
	case found == 0:
		return Table{}, &FileError{Problem: FileHeader, missing: layout.Missing}
	case len(best.Rows) > maxFileRows:
		return Table{}, &FileError{Problem: FileTooLong}
	}
	return best, nil
}

// takeApart returns the ways in which a file can be read, each as rows: the sheets of a workbook, or a text cut at one separator
// after the other.
func takeApart(raw []byte) (sheets [][]Row, problem FileProblem) {
	switch {
	case len(raw) > maxFileBytes:
		return nil, FileTooLarge
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return readWorkbook(raw)
	case bytes.HasPrefix(raw, []byte("\xD0\xCF\x11\xE0")):
		return nil, FileWorkbook
	}
	content, problem := decode(raw)
	if problem != "" {
		return nil, problem
	}
	for _, separator := range []rune{',', ';', '\t'} {
		sheets = append(sheets, splitRows(content, separator))
	}
	return sheets, ""
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return OneLine(cell) != "" })
}

// find finds the header among the first rows: the one with a column that is needed in which most columns are recognised.
func (l Layout) find(rows []Row) (t Table, recognised int) {
	for i, row := range rows[:min(len(rows), headerDepth)] {
		at, n := l.recognise(row.Cells)
		needed := slices.ContainsFunc(l.Needed, func(column int) bool { return at[column] >= 0 })
		if needed && n > recognised {
			t, recognised = Table{at: at, width: len(row.Cells), Rows: rows[i+1:]}, n
		}
	}
	return t, recognised
}

// recognise finds each column in a header row and says how many there are.
func (l Layout) recognise(cells []string) (at []int, recognised int) {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = Bare(cell)
	}
	at = make([]int, len(l.Headings))
	for column, words := range l.Headings {
		at[column] = -1
		for _, word := range words {
			if i := slices.Index(names, word); i >= 0 {
				at[column] = i
				recognised++
				break
			}
		}
	}
	return at, recognised
}

// FileProblem says why no row of a list could be read.
type FileProblem string

// The problems of files.
const (
	FileEmpty    FileProblem = "the file is empty"
	FileTooLarge FileProblem = "the file is larger than 5 MB"
	FileTooLong  FileProblem = "the file has more than 5000 rows"
	FileEncoding FileProblem = "the file is not UTF-8"
	FileWorkbook FileProblem = "the file is an Excel workbook that cannot be read"
	FileHeader   FileProblem = "no header with the columns of the list was found"
)

// FileError says that a list could not be read at all. Nothing of it was imported.
type FileError struct {
	Problem FileProblem
	missing map[Language]string // what to say of a header that is not there
}

// Error is for the log.
func (e *FileError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong with the file and what to do about it.
func (e *FileError) Text(lang Language) string {
	if e.Problem == FileHeader {
		return e.missing[lang]
	}
	return fileTexts[e.Problem].in(lang)
}

var fileTexts = map[FileProblem]text{
	FileEmpty:    {"Tệp trống.", "The file is empty."},
	FileTooLarge: {"Tệp lớn hơn 5 MB. Hãy chia thành nhiều tệp.", "The file is larger than 5 MB. Split it into several files."},
	FileTooLong:  {"Tệp có hơn 5000 dòng. Hãy chia thành nhiều tệp.", "The file has more than 5000 rows. Split it into several files."},
	FileEncoding: {
		"Tệp không dùng bảng mã UTF-8 nên chữ tiếng Việt sẽ bị sai. Trong Excel hãy chọn Tệp → Lưu như → “CSV UTF-8 (phân tách bằng dấu phẩy)” hoặc “.xlsx”, rồi nhập lại.",
		"The file is not in UTF-8, so Vietnamese letters would come out wrong. In Excel choose File → Save As → “CSV UTF-8 (Comma delimited)” or “.xlsx” and import it again."},
	FileWorkbook: {
		"Không đọc được tệp Excel này: tệp .xls đời cũ, tệp có mật khẩu, hoặc tệp hỏng. Trong Excel hãy chọn Tệp → Lưu như → “Excel Workbook (.xlsx)”, không đặt mật khẩu, rồi nhập lại.",
		"This Excel file cannot be read: an old .xls file, one with a password, or a damaged one. In Excel choose File → Save As → “Excel Workbook (.xlsx)”, without a password, and import it again."},
}
