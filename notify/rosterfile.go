package notify

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"canhcong/targets"
)

// mostShifts bounds what one list may add: a year of three tiers, in three shifts a day.
const mostShifts = 4000

// RosterReport says what became of a list of shifts.
type RosterReport struct {
	Added []Shift     // with ID 0 on a dry run, and when a row was bad
	Known []Shift     // in the roster already, or given to somebody else since
	Bad   []RosterRow // when there is one, nothing was written
}

// RosterRow is a row that cannot be taken.
type RosterRow struct {
	Line    int      // where it starts in the file, from 1
	Written string   // what is wrong, as it stands there
	Others  []string // logins that may be meant
	Problem RosterProblem
}

// RosterProblem says why a row of a list of shifts cannot be taken.
type RosterProblem string

// The problems of rows.
const (
	RosterQuotes    RosterProblem = "quotes"
	RosterColumns   RosterProblem = "more columns than the header"
	RosterWhen      RosterProblem = "neither a day nor a time"
	RosterYear      RosterProblem = "a day without its year"
	RosterWeekday   RosterProblem = "another weekday"
	RosterNoDay     RosterProblem = "no day"
	RosterManyDays  RosterProblem = "more than two days"
	RosterNoTime    RosterProblem = "no time range"
	RosterBackwards RosterProblem = "ends before it begins"
	RosterFar       RosterProblem = "too far away or too long"
	RosterTier      RosterProblem = "no such tier"
	RosterNobody    RosterProblem = "nobody"
	RosterUnknown   RosterProblem = "nobody is called that"
	RosterAmbiguous RosterProblem = "several are called that"
	RosterShift     RosterProblem = "the shift cannot be written down" // Written is the ShiftProblem
	RosterMany      RosterProblem = "too many shifts"
)

// The columns of a list of shifts. Tiers are told by a column of their own, or by which column a name stands in.
const (
	rosterDay = iota
	rosterTime
	rosterFrom
	rosterUntil
	rosterTier
	rosterWho
	rosterNote
	rosterTierWho // and the two after it: who is on duty at tier 1, 2, 3
)

var rosterLayout = targets.Layout{
	Needed: []int{rosterWho, rosterTierWho, rosterTierWho + 1, rosterTierWho + 2},
	Missing: map[targets.Language]string{
		targets.Vietnamese: "Không tìm thấy dòng tiêu đề. Cần một dòng tiêu đề có cột “Người trực” (hoặc “Trực giám sát”, “Trực kỹ thuật”, “Lãnh đạo trực”) và “Ngày”, “Giờ” (hoặc “Từ”, “Đến”); có thể có “Cấp”, “Ghi chú”. Bằng tiếng Anh: person, day, time (from, until), tier, note.",
		targets.English:    "No header row was found. The list needs a header row with the column “person” (or “tier 1”, “tier 2”, “tier 3”), and “day”, “time” (or “from”, “until”); it may have “tier”, “note”. In Vietnamese: Người trực, Ngày, Giờ, Từ, Đến, Cấp, Ghi chú.",
	},
	Headings: [][]string{
		rosterDay:         {"ngay", "ngay truc", "day", "date", "ngay thang"},
		rosterTime:        {"gio", "gio truc", "khung gio", "thoi gian", "thoi gian truc", "ca truc", "ca", "time", "hours", "shift"},
		rosterFrom:        {"tu", "from", "bat dau", "tu ngay", "tu gio", "gio bat dau", "thoi gian bat dau", "start"},
		rosterUntil:       {"den", "until", "to", "ket thuc", "den ngay", "den gio", "gio ket thuc", "thoi gian ket thuc", "end"},
		rosterTier:        {"cap", "cap truc", "tier", "level", "vi tri", "vi tri truc", "nhiem vu"},
		rosterWho:         {"ten dang nhap", "login", "nguoi truc", "can bo truc", "ho ten", "ho va ten", "nguoi", "can bo", "ten", "person", "who", "name", "duty officer"},
		rosterNote:        {"ghi chu", "note", "notes", "chu thich"},
		rosterTierWho:     {"truc giam sat", "giam sat", "cap 1", "tier 1"},
		rosterTierWho + 1: {"truc ky thuat", "ky thuat", "cap 2", "tier 2"},
		rosterTierWho + 2: {"lanh dao truc", "truc lanh dao", "lanh dao", "cap 3", "tier 3"},
	},
}

// ImportRoster puts the shifts of a list (CSV or XLSX, see targets.ReadTable) into the roster and says what became of them. Its
// header is in Vietnamese or English. Unless every row is fine nothing is written, and so on a dry run. What is there already
// stays as it is: the same list twice changes nothing. The error is a *targets.FileError when the file cannot be read.
func (d *Desk) ImportRoster(ctx context.Context, f io.Reader, by string, dryRun bool) (RosterReport, error) {
	table, err := targets.ReadTable(f, rosterLayout)
	if err != nil {
		return RosterReport{}, err
	}
	people, err := d.people(ctx)
	if err != nil {
		return RosterReport{}, fmt.Errorf("import the roster: %w", err)
	}
	now := time.Now()
	report := (&rosterReader{table: table, people: people, now: now}).read()
	dryRun = dryRun || len(report.Bad) > 0
	if report.Added, report.Known, err = d.importShifts(ctx, by, report.Added, dryRun, now); err != nil {
		return RosterReport{}, fmt.Errorf("import the roster: %w", err)
	}
	return report, nil
}

// rosterReader turns the rows of a list into shifts.
type rosterReader struct {
	table  targets.Table
	people []Person
	now    time.Time
	above  named // what the row above said about time: lists leave out what stays the same
}

func (r *rosterReader) read() (report RosterReport) {
	for _, row := range r.table.Rows {
		shifts, wrong := r.row(row)
		if len(report.Added)+len(shifts) > mostShifts {
			report.Bad = append(report.Bad, RosterRow{Line: row.Line, Problem: RosterMany})
			return report
		}
		report.Added = append(report.Added, shifts...)
		if wrong.Problem != "" {
			wrong.Line = row.Line
			wrong.Written = plain(wrong.Written)
			report.Bad = append(report.Bad, wrong)
		}
	}
	return report
}

// row returns the shifts of a row: one for each person and stretch of time.
func (r *rosterReader) row(row targets.Row) (list []Shift, wrong RosterRow) {
	switch {
	case row.Broken != nil:
		return nil, RosterRow{Problem: RosterQuotes}
	case r.table.Torn(row):
		return nil, RosterRow{Problem: RosterColumns}
	}
	spans, wrong := r.when(row)
	if wrong.Problem != "" {
		return nil, wrong
	}
	people, wrong := r.who(row)
	if wrong.Problem != "" {
		return nil, wrong
	}
	note := targets.OneLine(r.table.Cell(row, rosterNote))
	for _, span := range spans {
		for _, p := range people {
			s := Shift{Watch: Watch{Tier: p.Tier, Person: p.Person, From: span.From, Until: span.Until}, Note: note}
			if problem := s.problem(); problem != "" {
				return nil, RosterRow{Problem: RosterShift, Written: string(problem)}
			}
			list = append(list, s)
		}
	}
	return list, RosterRow{}
}

// when returns the stretches of time of a row. A row without a day is for those of the row above; one without times as well is
// for all that the row above says.
func (r *rosterReader) when(row targets.Row) ([]Span, RosterRow) {
	var n named
	var written []string
	for _, column := range []int{rosterDay, rosterTime, rosterFrom, rosterUntil} {
		cell := r.table.Cell(row, column)
		if problem := n.read(cell); problem != "" {
			return nil, RosterRow{Problem: problem, Written: cell}
		}
		if targets.OneLine(cell) != "" {
			written = append(written, cell)
		}
	}
	switch {
	case n.order == "":
		n = r.above
	case len(n.days) == 0:
		n.days = r.above.days
		n.order = strings.Repeat("d", len(n.days)) + n.order
	}
	spans, problem := n.spans()
	if problem == "" && (n.days[0].Before(r.now.AddDate(-1, 0, 0)) || n.days[0].After(r.now.AddDate(2, 0, 0))) {
		problem = RosterFar
	}
	if problem != "" {
		return nil, RosterRow{Problem: problem, Written: strings.Join(written, " ")}
	}
	r.above = n
	return spans, RosterRow{}
}

// placed is a person at a tier.
type placed struct {
	Tier   Tier
	Person Person
}

func (r *rosterReader) who(row targets.Row) (list []placed, wrong RosterRow) {
	tier := TierWatch
	if cell := r.table.Cell(row, rosterTier); r.table.Has(rosterTier) {
		named, known := tierCells[targets.Bare(cell)]
		if tier = named; !known && targets.OneLine(r.table.Cell(row, rosterWho)) != "" {
			return nil, RosterRow{Problem: RosterTier, Written: cell}
		}
	}
	cells := []struct {
		tier Tier
		text string
	}{{tier, r.table.Cell(row, rosterWho)}}
	for i, t := range Tiers {
		cells = append(cells, struct {
			tier Tier
			text string
		}{t, r.table.Cell(row, rosterTierWho+i)})
	}
	for _, c := range cells {
		for _, name := range namesIn(c.text) {
			p, others := r.person(name)
			switch {
			case len(others) > 0:
				return nil, RosterRow{Problem: RosterAmbiguous, Written: name, Others: others}
			case p.ID == 0:
				return nil, RosterRow{Problem: RosterUnknown, Written: name}
			}
			list = append(list, placed{c.tier, p})
		}
	}
	if len(list) == 0 {
		return nil, RosterRow{Problem: RosterNobody}
	}
	return list, RosterRow{}
}

var tierCells = map[string]Tier{
	"1": TierWatch, "cap 1": TierWatch, "giam sat": TierWatch, "truc giam sat": TierWatch, "watch": TierWatch, "watching": TierWatch, "tier 1": TierWatch,
	"2": TierTechnical, "cap 2": TierTechnical, "ky thuat": TierTechnical, "truc ky thuat": TierTechnical, "technical": TierTechnical, "tier 2": TierTechnical,
	"3": TierLeader, "cap 3": TierLeader, "lanh dao": TierLeader, "lanh dao truc": TierLeader, "truc lanh dao": TierLeader, "leader": TierLeader, "leading": TierLeader, "tier 3": TierLeader,
}

var (
	between   = regexp.MustCompile(`[;,\n]|\s+(?:và|and|&)\s+`)
	honorific = regexp.MustCompile(`(?i)^(?:ông|bà|anh|chị|đồng chí|đ/c|đ\.c|mr|mrs|ms)[.:]?\s+`)
	phone     = regexp.MustCompile(`\([^)]*\)|[\s:–-]+(?:\+84|0)[\d .]{8,}$`)
)

// namesIn takes a cell apart: "Đ/c Nguyễn Văn Mẫu (0900 000 001); tructhu" has two names.
func namesIn(cell string) (names []string) {
	for _, part := range between.Split(cell, -1) {
		part = honorific.ReplaceAllString(targets.OneLine(phone.ReplaceAllString(targets.OneLine(part), "")), "")
		if part != "" {
			names = append(names, part)
		}
	}
	return names
}

// person finds who is meant by a login or a name, in whatever spelling. Where several are, it returns their logins.
func (r *rosterReader) person(name string) (found Person, others []string) {
	for _, p := range r.people {
		if p.Login == login(name) {
			return p, nil
		}
		if targets.Bare(p.Name) == targets.Bare(name) {
			found, others = p, append(others, p.Login)
		}
	}
	if len(others) > 1 {
		slices.Sort(others)
		return Person{}, others
	}
	return found, nil
}

// CSV is the list of the shifts that were added, in a form that ImportRoster takes: it says of each what was understood.
func (r RosterReport) CSV() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"từ", "đến", "cấp", "người trực", "ghi chú"}}
	for _, s := range r.Added {
		rows = append(rows, []string{minute(s.From), minute(s.Until), strconv.Itoa(int(s.Tier)), s.Person.Login, s.Note})
	}
	if err := w.WriteAll(rows); err != nil {
		panic(err) // a strings.Builder does not fail
	}
	return b.String()
}

func minute(t time.Time) string { return t.In(targets.Vietnam).Format("02/01/2006 15:04") }
