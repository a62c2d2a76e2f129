package targets

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The largest list that is taken: five times the portals of the largest province.
const (
	maxFileBytes = 5 << 20
	maxFileRows  = 5000
)

// headerDepth is how many rows are searched for the header: lists often start with a title.
const headerDepth = 15

// FileProblem says why no row of a list could be read.
type FileProblem string

// The problems of files.
const (
	FileEmpty    FileProblem = "the file is empty"
	FileTooLarge FileProblem = "the file is larger than 5 MB"
	FileTooLong  FileProblem = "the file has more than 5000 rows"
	FileEncoding FileProblem = "the file is not UTF-8"
	FileWorkbook FileProblem = "the file is an Excel workbook, not CSV"
	FileHeader   FileProblem = "no header with an address column was found"
)

// FileError says that a list could not be read at all. Nothing of it was imported.
type FileError struct{ Problem FileProblem }

// Error is for the log.
func (e *FileError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong with the file and what to do about it.
func (e *FileError) Text(lang Language) string { return fileTexts[e.Problem].in(lang) }

var fileTexts = map[FileProblem]text{
	FileEmpty:    {"Tệp trống.", "The file is empty."},
	FileTooLarge: {"Tệp lớn hơn 5 MB. Hãy chia thành nhiều tệp.", "The file is larger than 5 MB. Split it into several files."},
	FileTooLong:  {"Tệp có hơn 5000 dòng. Hãy chia thành nhiều tệp.", "The file has more than 5000 rows. Split it into several files."},
	FileEncoding: {
		"Tệp không dùng bảng mã UTF-8 nên chữ tiếng Việt sẽ bị sai. Trong Excel hãy chọn Tệp → Lưu như → “CSV UTF-8 (phân tách bằng dấu phẩy)”, rồi nhập lại.",
		"The file is not in UTF-8, so Vietnamese letters would come out wrong. In Excel choose File → Save As → “CSV UTF-8 (Comma delimited)” and import it again."},
	FileWorkbook: {
		"Đây là tệp Excel. Trong Excel hãy chọn Tệp → Lưu như → “CSV UTF-8 (phân tách bằng dấu phẩy)”, rồi nhập tệp đó.",
		"This is an Excel workbook. In Excel choose File → Save As → “CSV UTF-8 (Comma delimited)” and import that file."},
	FileHeader: {
		"Không tìm thấy dòng tiêu đề. Cần một dòng tiêu đề có cột “Địa chỉ” (bắt buộc) và có thể có “Tên”, “Đơn vị”, “Mức ưu tiên”, “Ghi chú”; hoặc bằng tiếng Anh: url, name, unit, priority, note.",
		"No header row was found. The list needs a header row with the column “url” (required) and, if you like, “name”, “unit”, “priority”, “note”; or in Vietnamese: Địa chỉ, Tên, Đơn vị, Mức ưu tiên, Ghi chú."},
}

// The columns of a list.
const (
	columnURL = iota
	columnName
	columnUnit
	columnPriority
	columnNote
	columns
)

// headings are the ways people name each column, in bare letters, the clearest first: where a list has both a website
// and a postal "địa chỉ", the website is meant.
var headings = [columns][]string{
	columnURL: {"url", "dia chi url", "website", "dia chi website", "trang web", "dia chi trang web", "web", "dia chi web", "ten mien", "dia chi ten mien",
		"domain", "link", "duong dan", "lien ket", "dia chi truy cap", "dia chi internet", "dia chi cong", "dia chi cong thong tin dien tu",
		"dia chi trang thong tin dien tu", "web address", "site", "dia chi", "address"},
	columnName: {"ten", "name", "ten cong", "ten trang", "ten cong thong tin dien tu", "ten trang thong tin dien tu", "ten cong trang thong tin dien tu",
		"ten website", "ten trang web", "site name", "portal", "portal name", "cong thong tin dien tu", "cong"},
	columnUnit:     {"don vi", "unit", "ten don vi", "don vi chu quan", "co quan", "ten co quan", "co quan chu quan", "don vi quan ly", "agency", "owner", "organisation", "organization"},
	columnPriority: {"muc uu tien", "priority", "uu tien", "do uu tien", "muc do uu tien"},
	columnNote:     {"ghi chu", "note", "notes", "chu thich"},
}

// list is a file that was read: the place of each column in a row, -1 where the file has none, how many cells the header
// has, and the rows below it.
type list struct {
	at    [columns]int
	width int
	rows  []listRow
}

// listRow is a row as it was read. broken says why it could not be taken apart.
type listRow struct {
	line   int
	cells  []string
	broken error
}

func (l list) cell(row listRow, column int) string {
	at := l.at[column]
	if at < 0 || at >= len(row.cells) {
		return ""
	}
	return row.cells[at]
}

// readList reads a CSV file. The error is a *FileError, or that of the reader.
func readList(f io.Reader) (list, error) {
	raw, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return list{}, fmt.Errorf("read list: %w", err)
	}
	content, problem := decode(raw)
	if problem != "" {
		return list{}, &FileError{Problem: problem}
	}
	best := list{}
	found := 0
	for _, separator := range []rune{',', ';', '\t'} {
		rows := splitRows(content, separator)
		l, recognised := withHeader(rows)
		if recognised > found {
			best, found = l, recognised
		}
	}
	switch {
	case found == 0:
		return list{}, &FileError{Problem: FileHeader}
	case len(best.rows) > maxFileRows:
		return list{}, &FileError{Problem: FileTooLong}
	}
	return best, nil
}

// decode returns the text of a file in UTF-8 with plain line ends.
func decode(raw []byte) (content string, problem FileProblem) {
	switch {
	case len(raw) > maxFileBytes:
		return "", FileTooLarge
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")) || bytes.HasPrefix(raw, []byte("\xD0\xCF\x11\xE0")):
		return "", FileWorkbook
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		content = decodeUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		content = decodeUTF16(raw[2:], binary.BigEndian)
	default:
		content = string(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")))
	}
	switch {
	case !utf8.ValidString(content) || strings.ContainsRune(content, 0): // UTF-16 without a mark is full of zeros
		return "", FileEncoding
	case strings.TrimSpace(content) == "":
		return "", FileEmpty
	case !strings.Contains(content, "\n"):
		content = strings.ReplaceAll(content, "\r", "\n") // the line ends of old Macs
	}
	return content, ""
}

// decodeUTF16 decodes what Excel calls "Unicode Text".
func decodeUTF16(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// splitRows takes the content apart. A row with a stray quote is broken, and the next one is read again.
func splitRows(content string, separator rune) []listRow {
	reader := csv.NewReader(strings.NewReader(content))
	reader.Comma, reader.FieldsPerRecord = separator, -1
	var rows []listRow
	for len(rows) <= maxFileRows+headerDepth {
		cells, err := reader.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rows
		case errors.As(err, &parse):
			rows = append(rows, listRow{line: parse.StartLine, cells: cells, broken: err})
		case !blank(cells):
			line, _ := reader.FieldPos(0)
			rows = append(rows, listRow{line: line, cells: cells})
		}
	}
	return rows
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return OneLine(cell) != "" })
}

// withHeader finds the header among the first rows: the one with an address column in which most columns are recognised.
func withHeader(rows []listRow) (l list, recognised int) {
	for i, row := range rows[:min(len(rows), headerDepth)] {
		at, n := recognise(row.cells)
		if at[columnURL] >= 0 && n > recognised {
			l, recognised = list{at: at, width: len(row.cells), rows: rows[i+1:]}, n
		}
	}
	return l, recognised
}

// recognise finds each column in a header row and says how many there are.
func recognise(cells []string) (at [columns]int, recognised int) {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = bare(cell)
	}
	for column, words := range headings {
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
