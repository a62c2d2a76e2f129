package targets_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// workbook makes an XLSX file of sheets; a name that begins with "-" is that of a hidden sheet. A nil row is left out.
func workbook(t testing.TB, names []string, sheets ...[][]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, rows := range sheets {
		_, err := f.NewSheet(names[i])
		must(err)
		for line, cells := range rows {
			must(f.SetSheetRow(names[i], fmt.Sprintf("A%d", line+1), &cells))
		}
		must(f.SetSheetVisible(names[i], !strings.HasPrefix(names[i], "-")))
	}
	must(f.DeleteSheet("Sheet1"))
	var out bytes.Buffer
	must(f.Write(&out))
	return out.String()
}

func TestImportReadsWorkbooks(t *testing.T) {
	file := workbook(t, []string{"Bìa", "-cũ", "Danh sách"},
		[][]any{{"DANH SÁCH CỔNG"}, {"Năm", 2026}},
		[][]any{{"url", "tên", "đơn vị"}, {"https://cu.tinhmau.gov.vn", "Cũ", "UBND xã Cũ"}},
		[][]any{{"UBND TỈNH MẪU"}, {}, {"STT", "Địa chỉ", "Tên", "Đơn vị", "Ưu tiên"}, {1, "a.tinhmau.gov.vn", "Cổng A", "UBND xã A", "cao"}, {}, {2, "localhost"}, {3, "b.tinhmau.gov.vn", "Cổng B", "UBND xã B", 3}})
	report, err := targets.New(targetstest.DB(t)).Import(t.Context(), strings.NewReader(file), false)
	want := "+ a.tinhmau.gov.vn | Cổng A | UBND xã A | 1 | \n+ b.tinhmau.gov.vn | Cổng B | UBND xã B | 3 | \n! 6 address: no domain\n"
	if have := summary(report); err != nil || have != want {
		t.Errorf("have %v\n%s\nwant\n%s", err, have, want)
	}
}

func TestReadTableOfAWorkbook(t *testing.T) {
	layout := targets.Layout{Headings: [][]string{{"ngay"}, {"gio"}, {"so"}, {"khong co"}}, Needed: []int{0}}
	day := time.Date(2027, 2, 6, 19, 0, 0, 0, time.UTC)
	file := workbook(t, []string{"a"}, [][]any{{"Ngày", "Giờ", "Số"}, {day, 0.3125, 12}, {"06/02/2027", "07:30", "x", "", "thừa"}})
	table, err := targets.ReadTable(strings.NewReader(file), layout)
	if err != nil || len(table.Rows) != 2 {
		t.Fatalf("have %+v, %v, want two rows", table, err)
	}
	for i, want := range []string{"2 46424.791666666664 0.3125 12  false", "3 06/02/2027 07:30 x  true"} {
		row := table.Rows[i]
		have := fmt.Sprint(row.Line, " ", table.Cell(row, 0), " ", table.Cell(row, 1), " ", table.Cell(row, 2), " ", table.Cell(row, 3), " ", table.Torn(row))
		if have != want {
			t.Errorf("have %q, want %q", have, want)
		}
	}
	if table.Has(3) || !table.Has(1) {
		t.Error("have a column that is not there, or miss one that is")
	}
}

func TestReadTableRefusesWorkbooks(t *testing.T) {
	good := workbook(t, []string{"a"}, [][]any{{"url"}, {"a.vn"}})
	long := make([][]any, 5020)
	for i := range long {
		long[i] = []any{"url"}
	}
	for _, c := range []struct {
		name, file string
		want       targets.FileProblem
	}{
		{"cut short", good[:len(good)/2], targets.FileWorkbook},
		{"another kind of zip", zipped(t, "a.txt", "a"), targets.FileWorkbook},
		{"a bomb", zipped(t, "xl/workbook.xml", strings.Repeat(" ", 65<<20)), targets.FileWorkbook},
		{"too many rows", workbook(t, []string{"a"}, long), targets.FileTooLong},
		{"no header", workbook(t, []string{"a"}, [][]any{{"a.vn"}}), targets.FileHeader},
		{"nothing at all", workbook(t, []string{"a"}, nil), targets.FileHeader},
	} {
		_, err := targets.ReadTable(strings.NewReader(c.file), targets.Layout{Headings: [][]string{{"url"}}, Needed: []int{0}})
		var have *targets.FileError
		if !errors.As(err, &have) || have.Problem != c.want {
			t.Errorf("%s: have %v, want %q", c.name, err, c.want)
		}
	}
}

func zipped(t testing.TB, name, content string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write([]byte(content))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
