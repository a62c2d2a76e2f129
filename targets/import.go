package targets

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The columns of a list.
const (
	columnURL = iota
	columnName
	columnUnit
	columnPriority
	columnNote
)

// siteLayout is what lists of portals look like. Where one has both a website and a postal "địa chỉ", the website is meant.
var siteLayout = Layout{
	Needed: []int{columnURL},
	Missing: map[Language]string{
		Vietnamese: "Không tìm thấy dòng tiêu đề. Cần một dòng tiêu đề có cột “Địa chỉ” (bắt buộc) và có thể có “Tên”, “Đơn vị”, “Mức ưu tiên”, “Ghi chú”; hoặc bằng tiếng Anh: url, name, unit, priority, note.",
		English:    "No header row was found. The list needs a header row with the column “url” (required) and, if you like, “name”, “unit”, “priority”, “note”; or in Vietnamese: Địa chỉ, Tên, Đơn vị, Mức ưu tiên, Ghi chú.",
	},
	Headings: [][]string{
		columnURL: {"url", "dia chi url", "website", "dia chi website", "trang web", "dia chi trang web", "web", "dia chi web", "ten mien", "dia chi ten mien",
			"domain", "link", "duong dan", "lien ket", "dia chi truy cap", "dia chi internet", "dia chi cong", "dia chi cong thong tin dien tu",
			"dia chi trang thong tin dien tu", "web address", "site", "dia chi", "address"},
		columnName: {"ten", "name", "ten cong", "ten trang", "ten cong thong tin dien tu", "ten trang thong tin dien tu", "ten cong trang thong tin dien tu",
			"ten website", "ten trang web", "site name", "portal", "portal name", "cong thong tin dien tu", "cong"},
		columnUnit:     {"don vi", "unit", "ten don vi", "don vi chu quan", "co quan", "ten co quan", "co quan chu quan", "don vi quan ly", "agency", "owner", "organisation", "organization"},
		columnPriority: {"muc uu tien", "priority", "uu tien", "do uu tien", "muc do uu tien"},
		columnNote:     {"ghi chu", "note", "notes", "chu thich"},
	},
}

// ImportReport says what became of each row of an imported list.
type ImportReport struct {
	Added []Site      // drafts with ID 0 on a dry run
	Known []ImportRow // already watched, or twice in the file
	Bad   []ImportRow // not taken; the others were
}

// ImportRow is a row of the file that added nothing.
type ImportRow struct {
	Line    int    // where the row starts in the file, from 1
	URL     string // as it is in the file, shortened, without a password
	Problem RowProblem
	Address AddressProblem // for RowAddress
	Draft   DraftProblem   // for RowDraft
	Site    Site           // for RowWatched: the site that is there already
	First   int            // for RowRepeated: the line with the same portal
}

// RowProblem says why a row added nothing.
type RowProblem string

// The problems of rows.
const (
	RowWatched  RowProblem = "already watched"
	RowRepeated RowProblem = "repeated"
	RowAddress  RowProblem = "address"
	RowDraft    RowProblem = "draft"
	RowQuotes   RowProblem = "quotes"
	RowColumns  RowProblem = "columns"
)

// Text tells a person what is wrong with the row and what to do about it.
func (r ImportRow) Text(lang Language) string {
	switch r.Problem {
	case RowWatched:
		return fmt.Sprintf(rowTexts[r.Problem].in(lang), r.Site.ID, r.Site.Name)
	case RowRepeated:
		return fmt.Sprintf(rowTexts[r.Problem].in(lang), r.First)
	case RowAddress:
		return (&AddressError{Address: r.URL, Problem: r.Address}).Text(lang)
	case RowDraft:
		return (&DraftError{Problem: r.Draft}).Text(lang)
	}
	return rowTexts[r.Problem].in(lang)
}

var rowTexts = map[RowProblem]text{
	RowWatched:  {"Cổng này đã được theo dõi (số %d, %s).", "This portal is already watched (number %d, %s)."},
	RowRepeated: {"Trùng với dòng %d của tệp.", "The same portal as on line %d of the file."},
	RowQuotes: {
		"Dấu ngoặc kép (\") trong dòng này chưa đúng cặp; dòng bị lỗi có thể nuốt cả những dòng sau. Hãy sửa rồi nhập lại.",
		"The quotation marks (\") in this row do not pair up; such a row can swallow the rows after it. Correct it and import again."},
	RowColumns: {
		"Dòng này có nhiều cột hơn dòng tiêu đề. Nếu tên hoặc ghi chú có dấu phẩy, hãy đặt trong ngoặc kép (\").",
		"This row has more columns than the header. If a name or a note contains a comma, put it in quotation marks (\")."},
}

// errColumns marks a row with more cells than the header: a comma without quotes has torn a text apart.
var errColumns = errors.New("more columns than the header")

// Import adds the sites of a list (CSV or XLSX, see ReadTable) and reports what became of each row. It has a header in Vietnamese or
// English (address, name, unit, priority, note, in any order). All good rows go in together or, when the database fails, not at all; bad ones are listed. A dry run writes nothing.
// The error is a *FileError when the file as a whole cannot be read.
func (r *Registry) Import(ctx context.Context, f io.Reader, dryRun bool) (ImportReport, error) {
	t, err := ReadTable(f, siteLayout)
	if err != nil {
		return ImportReport{}, err
	}
	sifted := siftSites(t)
	if dryRun {
		report, err := r.dropWatched(ctx, r.db.Read, sifted)
		return report, importError(err)
	}
	var report ImportReport
	err = r.db.Tx(ctx, func(tx *sql.Tx) (err error) {
		if report, err = r.dropWatched(ctx, tx, sifted); err != nil {
			return err
		}
		return insertSites(ctx, tx, report.Added)
	})
	if err != nil {
		return ImportReport{}, importError(err)
	}
	return report, nil
}

func importError(err error) error {
	if err != nil {
		return fmt.Errorf("import sites: %w", err)
	}
	return nil
}

// sorting is a list whose rows were judged by themselves, before the database is asked.
type sorting struct {
	ImportReport
	lines []ImportRow // where each of Added comes from
}

// siftSites tells the good rows of a list from the bad ones and from those that repeat a portal.
func siftSites(t Table) sorting {
	var s sorting
	seen := map[string]int{} // key to line
	for _, row := range t.Rows {
		where := ImportRow{Line: row.Line, URL: shown(t.Cell(row, columnURL))}
		site, problem := readSite(t, row)
		switch first := seen[site.Key]; {
		case problem != nil:
			s.Bad = append(s.Bad, where.because(problem))
		case first > 0:
			where.Problem, where.First = RowRepeated, first
			s.Known = append(s.Known, where)
		default:
			seen[site.Key] = row.Line
			s.Added = append(s.Added, site)
			s.lines = append(s.lines, where)
		}
	}
	return s
}

func readSite(t Table, row Row) (Site, error) {
	if row.Broken != nil {
		return Site{}, row.Broken
	}
	if t.Torn(row) {
		return Site{}, errColumns
	}
	priority, err := ParsePriority(t.Cell(row, columnPriority))
	if err != nil {
		return Site{}, err
	}
	return Draft{
		URL:      t.Cell(row, columnURL),
		Name:     t.Cell(row, columnName),
		Unit:     t.Cell(row, columnUnit),
		Priority: priority,
		Note:     t.Cell(row, columnNote),
	}.site()
}

func (r ImportRow) because(err error) ImportRow {
	var address *AddressError
	var draft *DraftError
	switch {
	case errors.As(err, &address):
		r.Problem, r.Address = RowAddress, address.Problem
	case errors.As(err, &draft):
		r.Problem, r.Draft = RowDraft, draft.Problem
	case errors.Is(err, errColumns):
		r.Problem = RowColumns
	default:
		r.Problem = RowQuotes
	}
	return r
}

// dropWatched moves the sites that are watched already from Added to Known.
func (r *Registry) dropWatched(ctx context.Context, q querier, s sorting) (ImportReport, error) {
	report := ImportReport{Known: slices.Clone(s.Known), Bad: s.Bad}
	for i, site := range s.Added {
		known, ok, err := siteByKey(ctx, q, site.Key)
		if err != nil {
			return ImportReport{}, err
		}
		if !ok {
			report.Added = append(report.Added, site)
			continue
		}
		row := s.lines[i]
		row.Problem, row.Site = RowWatched, known
		report.Known = append(report.Known, row)
	}
	slices.SortFunc(report.Known, func(a, b ImportRow) int { return cmp.Compare(a.Line, b.Line) })
	return report, nil
}
