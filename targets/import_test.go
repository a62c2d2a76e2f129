package targets_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// summary is a report in a few lines: "+ key | name | unit | priority | note", "= line problem" and "! line problem".
func summary(report targets.ImportReport) string {
	var b strings.Builder
	for _, s := range report.Added {
		fmt.Fprintf(&b, "+ %s | %s | %s | %d | %s\n", s.Key, s.Name, s.Unit.Name, s.Priority, s.Note)
	}
	for _, row := range report.Known {
		fmt.Fprintf(&b, "= %d %s\n", row.Line, row.Problem)
	}
	for _, row := range report.Bad {
		fmt.Fprintf(&b, "! %d %s%s%s\n", row.Line, row.Problem, spaced(string(row.Address)), spaced(string(row.Draft)))
	}
	return b.String()
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

func utf16Bytes(text string, bigEndian bool) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		if bigEndian {
			b = append(b, byte(unit>>8), byte(unit))
		} else {
			b = append(b, byte(unit), byte(unit>>8))
		}
	}
	return string(b)
}

func TestImport(t *testing.T) {
	const vietnamese = "Tên,Địa chỉ,Đơn vị,Mức ưu tiên,Ghi chú\nCổng A,https://a.tinhmau.gov.vn,UBND xã A,Cao,máy chủ ở tỉnh\n"
	const added = "+ a.tinhmau.gov.vn | Cổng A | UBND xã A | 1 | máy chủ ở tỉnh\n"
	tests := []struct{ name, file, want string }{
		{"Vietnamese header", vietnamese, added},
		{"byte order mark", "\ufeff" + vietnamese, added},
		{"semicolons", strings.ReplaceAll(vietnamese, ",", ";"), added},
		{"tabs", strings.ReplaceAll(vietnamese, ",", "\t"), added},
		{"Windows line ends", strings.ReplaceAll(vietnamese, "\n", "\r\n"), added},
		{"old Mac line ends", strings.ReplaceAll(vietnamese, "\n", "\r"), added},
		{"no last line end", strings.TrimSuffix(vietnamese, "\n"), added},
		{"UTF-16, little endian", utf16Bytes(strings.ReplaceAll(vietnamese, ",", "\t"), false), added},
		{"UTF-16, big endian", utf16Bytes(vietnamese, true), added},
		{"decomposed letters", "Te\u0302n,Đi\u0323a chi\u0309\nCo\u0302\u0309ng A,a.tinhmau.gov.vn\n", "+ a.tinhmau.gov.vn | Cổng A | Chưa rõ đơn vị | 2 | \n"},
		{"English header", "name,url,unit,priority,note\nA,a.tinhmau.gov.vn,U,high,n\n", "+ a.tinhmau.gov.vn | A | U | 1 | n\n"},
		{"any order and case, no accents", "GHI CHU,Don vi,WEBSITE,muc uu tien,TEN\nn,U,a.tinhmau.gov.vn,thap,A\n", "+ a.tinhmau.gov.vn | A | U | 3 | n\n"},
		{"only addresses", "url\na.tinhmau.gov.vn\nb.tinhmau.gov.vn\n", "+ a.tinhmau.gov.vn | a.tinhmau.gov.vn | Chưa rõ đơn vị | 2 | \n+ b.tinhmau.gov.vn | b.tinhmau.gov.vn | Chưa rõ đơn vị | 2 | \n"},
		{"other columns", "STT,Tên miền,Điện thoại,Tên\n1,a.tinhmau.gov.vn,0900000000,A\n", "+ a.tinhmau.gov.vn | A | Chưa rõ đơn vị | 2 | \n"},
		{"two address columns", "Địa chỉ,Website,Tên\n1 phố Ví Dụ,a.tinhmau.gov.vn,A\n", "+ a.tinhmau.gov.vn | A | Chưa rõ đơn vị | 2 | \n"},
		{"title above the header", "DANH SÁCH CỔNG;;\nNăm 2026;;\n;;\nSTT;Địa chỉ website (*);Tên đơn vị\n1;a.tinhmau.gov.vn;UBND xã A\n", "+ a.tinhmau.gov.vn | a.tinhmau.gov.vn | UBND xã A | 2 | \n"},
		{"blank rows", "url,tên\n\n , \na.tinhmau.gov.vn,A\n,\n", "+ a.tinhmau.gov.vn | A | Chưa rõ đơn vị | 2 | \n"},
		{"short row", "url,tên,ghi chú\na.tinhmau.gov.vn\n", "+ a.tinhmau.gov.vn | a.tinhmau.gov.vn | Chưa rõ đơn vị | 2 | \n"},
		{"quotes and new lines", "url,tên,ghi chú\na.tinhmau.gov.vn,\"Cổng \"\"A\"\", xã\nVí Dụ\",\"một\r\nhai\"\nlocalhost,,\n", "+ a.tinhmau.gov.vn | Cổng \"A\", xã Ví Dụ | Chưa rõ đơn vị | 2 | một\nhai\n! 5 address: no domain\n"},
		{"priorities", "url,ưu tiên\na.vn,CAO\nb.vn,Thường\nc.vn,thấp\nd.vn,1\ne.vn,2\nf.vn,3\ng.vn,\nh.vn,High\ni.vn,low\nj.vn,4\n",
			"+ a.vn | a.vn | Chưa rõ đơn vị | 1 | \n+ b.vn | b.vn | Chưa rõ đơn vị | 2 | \n+ c.vn | c.vn | Chưa rõ đơn vị | 3 | \n+ d.vn | d.vn | Chưa rõ đơn vị | 1 | \n+ e.vn | e.vn | Chưa rõ đơn vị | 2 | \n" +
				"+ f.vn | f.vn | Chưa rõ đơn vị | 3 | \n+ g.vn | g.vn | Chưa rõ đơn vị | 2 | \n+ h.vn | h.vn | Chưa rõ đơn vị | 1 | \n+ i.vn | i.vn | Chưa rõ đơn vị | 3 | \n! 11 draft: the priority is unknown\n"},
		{"bad rows beside good ones", "url,tên\nlocalhost,A\na.vn,B\n,C\nftp://b.vn,D\nhttps://x:y@c.vn,E\nd.vn," + strings.Repeat("ă", 201) + "\ne.vn,F\n",
			"+ a.vn | B | Chưa rõ đơn vị | 2 | \n+ e.vn | F | Chưa rõ đơn vị | 2 | \n! 2 address: no domain\n! 4 address: empty\n! 5 address: scheme\n! 6 address: userinfo\n! 7 draft: the name is too long\n"},
		{"stray quotes", "url,tên\na.vn,Cổng \"A\"\nb.vn,\"B\" b\nc.vn,C\n", "+ c.vn | C | Chưa rõ đơn vị | 2 | \n! 2 quotes\n! 3 quotes\n"},
		{"a quote that never ends", "url,tên\na.vn,A\nb.vn,\"B\nc.vn,C\n", "+ a.vn | A | Chưa rõ đơn vị | 2 | \n! 3 quotes\n"},
		{"a comma that tears a name", "url,tên\na.vn,Xã A, huyện B\nb.vn,B,,\n", "+ b.vn | B | Chưa rõ đơn vị | 2 | \n! 2 columns\n"},
		{"twice in the file", "url\na.vn\nhttp://www.A.vn:80/\nhttps://a.vn/#x\na.vn/x\n", "+ a.vn | a.vn | Chưa rõ đơn vị | 2 | \n+ a.vn/x | a.vn/x | Chưa rõ đơn vị | 2 | \n= 3 repeated\n= 4 repeated\n"},
		{"watched already", "url\na.vn\nhttp://www.cu.tinhmau.gov.vn\ncu.tinhmau.gov.vn/\n", "+ a.vn | a.vn | Chưa rõ đơn vị | 2 | \n= 3 already watched\n= 4 repeated\n"},
		{"header only", "url,tên\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			reg := targets.New(targetstest.DB(t))
			targetstest.Site(t, reg, "https://cu.tinhmau.gov.vn/", "Cổng cũ")
			want := strings.ReplaceAll(test.want, "| a.vn/x |", "| a.vn |") // a name is the host where none is given
			dry, err := reg.Import(t.Context(), strings.NewReader(test.file), true)
			if have := summary(dry); err != nil || have != want {
				t.Errorf("dry run\nhave %v\n%s\nwant\n%s", err, have, want)
			}
			report, err := reg.Import(t.Context(), strings.NewReader(test.file), false)
			if have := summary(report); err != nil || have != want {
				t.Errorf("have %v\n%s\nwant\n%s", err, have, want)
			}
			wantStored(t, reg, report)
			again, err := reg.Import(t.Context(), strings.NewReader(test.file), false)
			if err != nil || len(again.Added) != 0 || len(again.Known) != len(report.Known)+len(report.Added) || len(again.Bad) != len(report.Bad) {
				t.Errorf("the second time\nhave %v\n%s\nwant everything known", err, summary(again))
			}
			wantTexts(t, again)
		})
	}
}

func wantStored(t *testing.T, reg *targets.Registry, report targets.ImportReport) {
	t.Helper()
	sites, err := reg.Sites(t.Context())
	if err != nil || len(sites) != len(report.Added)+1 {
		t.Errorf("have %d sites %v, want %d", len(sites), err, len(report.Added)+1)
	}
	for _, want := range report.Added {
		have, err := reg.Site(t.Context(), want.ID)
		if err != nil || fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("have %+v %v\nwant %+v", have, err, want)
		}
	}
}

func wantTexts(t *testing.T, report targets.ImportReport) {
	t.Helper()
	for _, row := range append(report.Known, report.Bad...) {
		vi, en := row.Text(targets.Vietnamese), row.Text(targets.English)
		if vi == "" || en == "" || vi == en || strings.Contains(vi+en, "%!") || strings.Contains(vi+en, "x:y") {
			t.Errorf("line %d says %q and %q", row.Line, vi, en)
		}
	}
}

func TestImportRowSaysWhichSiteOrLine(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	targetstest.Site(t, reg, "cu.tinhmau.gov.vn", "Cổng cũ")
	report, err := reg.Import(t.Context(), strings.NewReader("url\ncu.tinhmau.gov.vn\na.vn\na.vn\n"), false)
	if err != nil || len(report.Known) != 2 {
		t.Fatalf("have %+v %v", report, err)
	}
	want := []string{"Cổng này đã được theo dõi (số 1, Cổng cũ).", "Trùng với dòng 3 của tệp."}
	for i, row := range report.Known {
		if have := row.Text(targets.Vietnamese); have != want[i] {
			t.Errorf("have %q, want %q", have, want[i])
		}
	}
}

func TestImportRefusesTheFile(t *testing.T) {
	tests := []struct {
		name, file string
		want       targets.FileProblem
	}{
		{"empty", "", targets.FileEmpty},
		{"only white space", "\ufeff \r\n\n", targets.FileEmpty},
		{"Windows-1258", "T\xean,\xd0\xeca ch\xd2\na,a.vn\n", targets.FileEncoding},
		{"UTF-16 without a mark", "u\x00r\x00l\x00\n\x00", targets.FileEncoding},
		{"workbook", "PK\x03\x04\x14\x00", targets.FileWorkbook},
		{"old workbook", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", targets.FileWorkbook},
		{"no header", "a.vn,Cổng A\nb.vn,Cổng B\n", targets.FileHeader},
		{"no address column", "tên,đơn vị\nA,B\n", targets.FileHeader},
		{"too many rows", "url\n" + strings.Repeat("a.vn\n", 5001), targets.FileTooLong},
		{"too large", "url\n" + strings.Repeat(strings.Repeat(" ", 1023)+"\n", 5*1024), targets.FileTooLarge},
	}
	for _, test := range tests {
		reg := targets.New(targetstest.DB(t))
		report, err := reg.Import(t.Context(), strings.NewReader(test.file), false)
		var have *targets.FileError
		if !errors.As(err, &have) || have.Problem != test.want {
			t.Errorf("%s\nhave %+v %v\nwant %s", test.name, report, err, test.want)
			continue
		}
		if have.Text(targets.Vietnamese) == "" || have.Text(targets.English) == "" {
			t.Errorf("%s: nothing is said", test.name)
		}
	}
}

func TestImportTakesTheLargestFile(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	var b strings.Builder
	b.WriteString("url,tên,đơn vị\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "https://tinhmau.gov.vn/xa%d,Cổng xã %d,UBND xã %d\n", i, i, i%300)
	}
	report, err := reg.Import(t.Context(), strings.NewReader(b.String()), false)
	if err != nil || len(report.Added) != 5000 || len(report.Bad)+len(report.Known) != 0 {
		t.Fatalf("have %d added %d known %d bad %v", len(report.Added), len(report.Known), len(report.Bad), err)
	}
	units, err := reg.Units(t.Context())
	if err != nil || len(units) != 300 {
		t.Errorf("have %d units %v, want 300", len(units), err)
	}
}

// everything is the content of every table, for telling whether anything at all was written.
func everything(t *testing.T, db *targets.DB) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, err := db.Write.ExecContext(t.Context(), `VACUUM INTO ?`, copied); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestImportDryRunWritesNothing(t *testing.T) {
	db := targetstest.DB(t)
	reg := targets.New(db)
	targetstest.Site(t, reg, "cu.tinhmau.gov.vn", "Cổng cũ")
	before := everything(t, db)
	report, err := reg.Import(t.Context(), strings.NewReader("url,đơn vị\na.vn,Đơn vị mới\ncu.tinhmau.gov.vn,\nlocalhost,\n"), true)
	if err != nil || summary(report) != "+ a.vn | a.vn | Đơn vị mới | 2 | \n= 3 already watched\n! 4 address: no domain\n" {
		t.Errorf("have %v\n%s", err, summary(report))
	}
	if report.Added[0].ID != 0 {
		t.Errorf("a draft has the number %d", report.Added[0].ID)
	}
	if everything(t, db) != before {
		t.Error("the dry run changed the database")
	}
}

func TestImportIsOneTransaction(t *testing.T) {
	db := targetstest.DB(t)
	reg := targets.New(db)
	_, err := db.Write.ExecContext(t.Context(), `CREATE TRIGGER full BEFORE INSERT ON sites WHEN NEW.key = 'c.vn' BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
	if err != nil {
		t.Fatal(err)
	}
	before := everything(t, db)
	report, err := reg.Import(t.Context(), strings.NewReader("url\na.vn\nb.vn\nc.vn\n"), false)
	if err == nil || !strings.Contains(err.Error(), "disk full") || len(report.Added) != 0 {
		t.Errorf("have %+v %v, want the error and an empty report", report, err)
	}
	if everything(t, db) != before {
		t.Error("half of the list was stored")
	}
}

func TestImportPassesOnTheReadersError(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	broken := errors.New("cable")
	_, err := reg.Import(t.Context(), io.MultiReader(strings.NewReader("url\n"), failing{broken}), false)
	if !errors.Is(err, broken) {
		t.Errorf("have %v, want %v", err, broken)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reg.Import(ended, strings.NewReader("url\na.vn\n"), true); !errors.Is(err, context.Canceled) {
		t.Errorf("have %v, want %v", err, context.Canceled)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzImport holds that no file does harm: no row is counted twice or lost, and what was added can be read back.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{"url\na.vn", "Tên;Địa chỉ\nA;a.vn\n\"", "\ufeffurl,name\na.vn,\"x\ny\"\n", "\xff\xfeu\x00", "url\tpriority\na.vn\t1", "url\r\ra.vn", "url,ưu tiên\na.vn,9"} {
		f.Add(seed)
	}
	db := targetstest.DB(f)
	reg := targets.New(db)
	f.Fuzz(func(t *testing.T, file string) {
		dry, err := reg.Import(t.Context(), strings.NewReader(file), true)
		if err != nil {
			var problem *targets.FileError
			if !errors.As(err, &problem) {
				t.Fatal(err)
			}
			return
		}
		report, err := reg.Import(t.Context(), strings.NewReader(file), false)
		if err != nil || summary(report) != summary(dry) {
			t.Fatalf("have %v\n%s\nthe dry run said\n%s", err, summary(report), summary(dry))
		}
		wantTexts(t, report)
		for _, site := range report.Added {
			if have, err := reg.Site(t.Context(), site.ID); err != nil || fmt.Sprint(have) != fmt.Sprint(site) {
				t.Fatalf("have %+v %v\nwant %+v", have, err, site)
			}
		}
		err = db.Tx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`DELETE FROM sites; DELETE FROM units`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
