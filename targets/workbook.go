package targets

import (
	"bytes"
	"errors"

	"github.com/xuri/excelize/v2"
)

const (
	maxUnzipped = 64 << 20 // bytes of a workbook of 5 MB: real lists unpack to a tenth of that
	maxCells    = 100      // of a row that are kept
)

var errTooMany = errors.New("more rows than are taken")

// readWorkbook returns the rows of every visible sheet of an Excel workbook (XLSX), with what each cell holds rather than how
// Excel would show it: how a day is shown depends on the country that Excel is set to. Formulas count as what they gave last.
func readWorkbook(raw []byte) (sheets [][]Row, problem FileProblem) {
	defer func() {
		if recover() != nil { // over a file that was made to break the library
			sheets, problem = nil, FileWorkbook
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, FileWorkbook
	}
	defer f.Close() // nothing was written
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		rows, err := readSheet(f, name)
		if errors.Is(err, errTooMany) {
			return nil, FileTooLong
		}
		if err != nil {
			return nil, FileWorkbook
		}
		sheets = append(sheets, rows)
	}
	return sheets, ""
}

func readSheet(f *excelize.File, name string) (list []Row, err error) {
	rows, err := f.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close() // it was read from memory
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if len(list) > maxFileRows+headerDepth {
			return nil, errTooMany
		}
		if cells = cells[:min(len(cells), maxCells)]; !blank(cells) {
			list = append(list, Row{Line: line, Cells: cells})
		}
	}
	return list, rows.Error()
}
