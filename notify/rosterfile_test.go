package notify

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xuri/excelize/v2"

	"canhcong/targets"
)

// newYearsEve is where the clock stands in tests of lists.
const newYearsEve = "31/12/2026 10:00"

// crew are invented people: two have the same name.
func (o *office) crew() {
	for _, p := range []struct{ login, name string }{{"truca", "Trực A"}, {"trucb", "Trực Bê"}, {"kythuatc", "Kỹ Thuật Xê"}, {"lanhdaod", "Nguyễn Văn Đê"},
		{"trung1", "Lê Thị Trùng"}, {"trung2", "Lê Thị Trùng"}} {
		o.on(p.login, p.name)
	}
}

// onDay stands the clock of a bubble at an instant.
func onDay(t testing.TB, when string) { time.Sleep(time.Until(moment(t, when))) }

// listing is what became of a list, in a few lines: "+ tier login from until note", "= …" and "! line problem".
func listing(r RosterReport) string {
	var b strings.Builder
	for _, s := range r.Added {
		fmt.Fprintf(&b, "+ %d %s %s – %s%s\n", s.Tier, s.Person.Login, minute(s.From), minute(s.Until), spaced(s.Note))
	}
	for _, s := range r.Known {
		fmt.Fprintf(&b, "= %d %s %s\n", s.Tier, s.Person.Login, minute(s.From))
	}
	for _, row := range r.Bad {
		fmt.Fprintf(&b, "! %d %s\n", row.Line, row.Problem)
	}
	return b.String()
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// rosterRows are rows of "ngày;giờ;từ;đến;cấp;người trực;ghi chú" and what they mean.
var rosterRows = []struct{ name, rows, want string }{
	{"a day and a range", "06/02/2027;07:30-19:00;;;1;truca;", "+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n"},
	{"over midnight", "6/2/2027;19:00 - 07:30;;;1;trucb;ca đêm", "+ 1 trucb 06/02/2027 19:00 – 07/02/2027 07:30 ca đêm\n"},
	{"over the end of a month", "28/02/2027;19h–7h30;;;1;trucb;", "+ 1 trucb 28/02/2027 19:00 – 01/03/2027 07:30\n"},
	{"over the end of a year", "31/12/2026;19g00 đến 07g30;;;1;trucb;", "+ 1 trucb 31/12/2026 19:00 – 01/01/2027 07:30\n"},
	{"the leap day", "29/02/2028;7 giờ 30 - 19 giờ;;;1;truca;", "+ 1 truca 29/02/2028 07:30 – 29/02/2028 19:00\n"},
	{"from and until in columns of their own", "2027-02-06;;07:30;19:00;2;Kỹ thuật Xê;", "+ 2 kythuatc 06/02/2027 07:30 – 06/02/2027 19:00\n"},
	{"from and until with days", ";;06/02/2027 19:00;07/02/2027 07:30;1;truca;", "+ 1 truca 06/02/2027 19:00 – 07/02/2027 07:30\n"},
	{"time before day", ";;19 giờ 06/02/2027;7 giờ 30 ngày 07/02/2027;1;truca;", "+ 1 truca 06/02/2027 19:00 – 07/02/2027 07:30\n"},
	{"several days as one stretch", ";;30/01/2027 07:30;14/02/2027 17:00;3;Nguyễn Văn Đê;cả đợt", "+ 3 lanhdaod 30/01/2027 07:30 – 14/02/2027 17:00 cả đợt\n"},
	{"a date range means every day", "30/01/2027 - 01/02/2027;19:00-07:30;;;1;truca;",
		"+ 1 truca 30/01/2027 19:00 – 31/01/2027 07:30\n+ 1 truca 31/01/2027 19:00 – 01/02/2027 07:30\n+ 1 truca 01/02/2027 19:00 – 02/02/2027 07:30\n"},
	{"a range with one year", "từ 30/01 đến 31/01/2027;07:30-19:00;;;1;truca;", "+ 1 truca 30/01/2027 07:30 – 30/01/2027 19:00\n+ 1 truca 31/01/2027 07:30 – 31/01/2027 19:00\n"},
	{"whole days are one stretch", "30/01/2027-05/02/2027;cả ngày;;;lãnh đạo;lanhdaod;", "+ 3 lanhdaod 30/01/2027 00:00 – 06/02/2027 00:00\n"},
	{"24 hours from the morning", "06/02/2027;07:30-07:30;;;1;truca;", "+ 1 truca 06/02/2027 07:30 – 07/02/2027 07:30\n"},
	{"until midnight", "06/02/2027;16:00-24:00;;;1;truca;", "+ 1 truca 06/02/2027 16:00 – 07/02/2027 00:00\n"},
	{"round the clock", "06.02.2027;24/24;;;1;truca;", "+ 1 truca 06/02/2027 00:00 – 07/02/2027 00:00\n"},
	{"weekday and lunar day", "Thứ Bảy, 06/02/2027 (mồng 1 Tết);Ca đêm (19:00-07:30);;;Trực giám sát;truca;", "+ 1 truca 06/02/2027 19:00 – 07/02/2027 07:30\n"},
	{"weekday in short", "T7 06/02/27;7h30-19h;;;1;truca;", "+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n"},
	{"Sunday, in English too", "CN 07/02/2027;07:30 to 19:00;;;technical;truca;\nSunday 07/02/2027;07:30-19:00;;;2;trucb;", "+ 2 truca 07/02/2027 07:30 – 07/02/2027 19:00\n+ 2 trucb 07/02/2027 07:30 – 07/02/2027 19:00\n"},
	{"days and times as Excel keeps them", "46424;;0.3125;0.7916666666666666;1;truca;\n;;46424.791666666664;46425.3125;1;trucb;", "+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n+ 1 trucb 06/02/2027 19:00 – 07/02/2027 07:30\n"},
	{"several people in a cell", "06/02/2027;07:30-19:00;;;1;Đ/c Trực A (0900 000 001), ông Trực Bê - 0900 000 002 và KYTHUATC;",
		"+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n+ 1 trucb 06/02/2027 07:30 – 06/02/2027 19:00\n+ 1 kythuatc 06/02/2027 07:30 – 06/02/2027 19:00\n"},
	{"several rows for a shift", "06/02/2027;07:30-19:00;;;1;truca;\n;;;;2;kythuatc;\n;19:00-07:30;;;1;trucb;",
		"+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n+ 2 kythuatc 06/02/2027 07:30 – 06/02/2027 19:00\n+ 1 trucb 06/02/2027 19:00 – 07/02/2027 07:30\n"},
	{"twice in the list", "06/02/2027;07:30-19:00;;;1;truca;\n06/02/2027;7h30-19h;;;1;Trực A;", "+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n= 1 truca 06/02/2027 07:30\n"},
	{"letters without marks", "06/02/2027;07:30-19:00;;;GIAM SAT;truc be;", "+ 1 trucb 06/02/2027 07:30 – 06/02/2027 19:00\n"},

	{"nobody is called that", "06/02/2027;07:30-19:00;;;1;Người Lạ;", "! 2 nobody is called that\n"},
	{"two are called that", "06/02/2027;07:30-19:00;;;1;Lê Thị Trùng;", "! 2 several are called that\n"},
	{"nobody", "06/02/2027;07:30-19:00;;;1;;trống", "! 2 nobody\n"},
	{"no tier", "06/02/2027;07:30-19:00;;;;truca;", "! 2 no such tier\n"},
	{"another tier", "06/02/2027;07:30-19:00;;;4;truca;", "! 2 no such tier\n"},
	{"no day", ";07:30-19:00;;;1;truca;", "! 2 no day\n"},
	{"no time", "06/02/2027;;;;1;truca;", "! 2 no time range\n"},
	{"half a time range", "06/02/2027;07:30;;;1;truca;", "! 2 no time range\n"},
	{"no such day", "31/02/2027;07:30-19:00;;;1;truca;", "! 2 neither a day nor a time\n"},
	{"an American date", "02/13/2027;07:30-19:00;;;1;truca;", "! 2 neither a day nor a time\n"},
	{"no such time", "06/02/2027;07:30-25:00;;;1;truca;", "! 2 neither a day nor a time\n"},
	{"no such minute", "06/02/2027;07:75-19:00;;;1;truca;", "! 2 neither a day nor a time\n"},
	{"words", "mồng 1 Tết;07:30-19:00;;;1;truca;", "! 2 neither a day nor a time\n"},
	{"no year", "06/02;07:30-19:00;;;1;truca;", "! 2 a day without its year\n"},
	{"another weekday", "Thứ Sáu 06/02/2027;07:30-19:00;;;1;truca;", "! 2 another weekday\n"},
	{"three days", "06/02/2027, 07/02/2027, 08/02/2027;07:30-19:00;;;1;truca;", "! 2 more than two days\n"},
	{"backwards", "08/02/2027-06/02/2027;07:30-19:00;;;1;truca;", "! 2 ends before it begins\n"},
	{"backwards, with times", ";;07/02/2027 19:00;07/02/2027 07:30;1;truca;", "! 2 ends before it begins\n"},
	{"another year", "06/02/2072;07:30-19:00;;;1;truca;", "! 2 too far away or too long\n"},
	{"long ago", "06/02/2017;07:30-19:00;;;1;truca;", "! 2 too far away or too long\n"},
	{"a range of a year", "01/01/2027-31/12/2027;07:30-19:00;;;1;truca;", "! 2 too far away or too long\n"},
	{"a stretch of two months", ";;01/02/2027 07:30;31/03/2027 17:00;3;lanhdaod;", "! 2 the shift cannot be written down\n"},
	{"a stray quote", "06/02/2027;07:30-19:00;;;1;truca;một \"hai\"", "! 2 quotes\n"},
	{"a torn text", "06/02/2027;07:30-19:00;;;1;truca;một;hai", "! 2 more columns than the header\n"},
	{"a bad row beside a good one", "06/02/2027;07:30-19:00;;;1;truca;\n06/02/2027;19:00-07:30;;;1;ai đó;", "+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00\n! 3 nobody is called that\n"},
}

func TestImportRoster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, newYearsEve)
		o := newOffice(t, Options{})
		o.crew()
		for _, c := range rosterRows {
			file := "ngày;giờ;từ;đến;cấp;người trực;ghi chú\n" + c.rows + "\n"
			dry, err := o.ImportRoster(t.Context(), strings.NewReader(file), "quantri", true)
			if have := listing(dry); err != nil || have != c.want {
				t.Errorf("%s: on a dry run\nhave %v\n%s\nwant\n%s", c.name, err, have, c.want)
			}
			for _, row := range dry.Bad {
				if row.Text("vi") == "" || row.Text("en") == "" || strings.Contains(row.Text("vi"), "{") {
					t.Errorf("%s: have %q, %q, want words", c.name, row.Text("vi"), row.Text("en"))
				}
			}
			report, err := o.ImportRoster(t.Context(), strings.NewReader(file), "quantri", false)
			if have := listing(report); err != nil || have != c.want {
				t.Errorf("%s\nhave %v\n%s\nwant\n%s", c.name, err, have, c.want)
			}
			o.wantWritten(c.name, file, report)
			if _, err := o.registry.DB().Write.Exec(`DELETE FROM shifts`); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// wantWritten holds that a list is written as a whole or not at all, and that the same one, or what was understood of it, changes
// nothing more.
func (o *office) wantWritten(name, file string, report RosterReport) {
	o.t.Helper()
	want := len(report.Added)
	if len(report.Bad) > 0 {
		want = 0
	}
	if have := o.written(); have != want {
		o.t.Errorf("%s: have %d shifts, want %d", name, have, want)
	}
	if want == 0 {
		return
	}
	for _, again := range []string{file, report.CSV()} {
		r, err := o.ImportRoster(o.t.Context(), strings.NewReader(again), "quantri", false)
		if err != nil || len(r.Added)+len(r.Bad) != 0 || o.written() != want {
			o.t.Errorf("%s: a second time\nhave %v\n%s\nwant nothing new", name, err, listing(r))
		}
	}
}

func (o *office) written() (n int) {
	o.t.Helper()
	if err := o.registry.DB().Read.QueryRow(`SELECT count(*) FROM shifts`).Scan(&n); err != nil {
		o.t.Fatal(err)
	}
	return n
}

// A roster as offices keep it: a title, a column for each tier, days that are written once.
func TestImportRosterOfAWorkbook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, newYearsEve)
		o := newOffice(t, Options{})
		o.crew()
		day := time.Date(2027, 2, 6, 0, 0, 0, 0, time.UTC)
		f := excelize.NewFile()
		for line, cells := range [][]any{{"LỊCH TRỰC TẾT ĐINH MÙI"}, {}, {"STT", "Ngày", "Ca trực", "Trực giám sát", "Trực kỹ thuật", "Lãnh đạo trực", "Ghi chú"},
			{1, day, "07:30 - 19:00", "Trực A", "Kỹ Thuật Xê", "Nguyễn Văn Đê", "mồng 1"}, {2, nil, "19:00 - 07:30", "Trực Bê", "Kỹ Thuật Xê"}} {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", line+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
		var file bytes.Buffer
		if err := f.Write(&file); err != nil {
			t.Fatal(err)
		}
		report, err := o.ImportRoster(t.Context(), &file, "quantri", false)
		want := "+ 1 truca 06/02/2027 07:30 – 06/02/2027 19:00 mồng 1\n+ 2 kythuatc 06/02/2027 07:30 – 06/02/2027 19:00 mồng 1\n+ 3 lanhdaod 06/02/2027 07:30 – 06/02/2027 19:00 mồng 1\n" +
			"+ 1 trucb 06/02/2027 19:00 – 07/02/2027 07:30\n+ 2 kythuatc 06/02/2027 19:00 – 07/02/2027 07:30\n"
		if have := listing(report); err != nil || have != want {
			t.Errorf("have %v\n%s\nwant\n%s", err, have, want)
		}
	})
}

func TestImportRosterRefusesTheFile(t *testing.T) {
	o := newOffice(t, Options{})
	for _, file := range []string{"", "tên gì đó;ngày\n", "ngày;giờ\n06/02/2027;07:30-19:00\n"} {
		_, err := o.ImportRoster(t.Context(), strings.NewReader(file), "quantri", false)
		var wrong *targets.FileError
		if !errors.As(err, &wrong) || wrong.Text("vi") == "" || wrong.Text("en") == "" {
			t.Errorf("%q: have %v, want a *targets.FileError in words", file, err)
		}
	}
}
