package targets

import (
	"context"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// Contact is somebody to call (đầu mối): of a unit, or of a body outside such as the authority or a provider.
type Contact struct {
	ID        int64
	UnitID    int64  // 0 for a body outside
	Body      string // its name, or that of the unit
	Name      string
	Duty      string // what they are there for
	Phone     string
	Mailbox   string
	From      time.Time // zero for always
	Until     time.Time // the first instant at which it does not hold any more; zero for as long as nobody says so
	WrittenBy string    // login
	WrittenAt time.Time
	CheckedBy string // login of who last tried whether it is still right; "" while nobody has
	CheckedAt time.Time
}

// Valid says whether a contact holds at an instant.
func (c Contact) Valid(at time.Time) bool {
	return !at.Before(c.From) && (c.Until.IsZero() || at.Before(c.Until))
}

// CheckContactsEvery is after how long somebody has to see again whether a contact is still right.
const CheckContactsEvery = 180 * 24 * time.Hour

// Stale says whether nobody has seen for that long whether a contact is still right.
func (c Contact) Stale(at time.Time) bool { return at.Sub(c.CheckedAt) > CheckContactsEvery }

// ContactProblem says why a row of a list of contacts cannot be taken.
type ContactProblem string

// The problems of contacts.
const (
	ContactBody    ContactProblem = "no unit or body, or too long"
	ContactName    ContactProblem = "no name, or too long"
	ContactWay     ContactProblem = "neither a phone nor a mailbox"
	ContactLong    ContactProblem = "too long"
	ContactWhen    ContactProblem = "a day that cannot be read, or an end before the beginning"
	ContactTorn    ContactProblem = "more columns than the header"
	ContactTwice   ContactProblem = "the same person twice"
	maxContactText                = 200 // characters of what is said of a contact
)

// Text tells a person what is wrong.
func (p ContactProblem) Text(lang Language) string { return contactTexts[p].in(lang) }

var contactTexts = map[ContactProblem]text{
	ContactBody:  {"thiếu tên đơn vị hoặc cơ quan, hoặc tên quá dài", "the unit or body is missing, or too long"},
	ContactName:  {"thiếu họ tên, hoặc họ tên quá dài", "the name is missing, or too long"},
	ContactWay:   {"cần số điện thoại hoặc hộp thư", "a phone number or a mailbox is needed"},
	ContactLong:  {"nội dung quá dài (tối đa 200 ký tự)", "a text is too long (200 characters at most)"},
	ContactWhen:  {"không đọc được ngày, hoặc ngày kết thúc trước ngày bắt đầu (ghi như 2027-02-06 hoặc 06/02/2027)", "a day cannot be read, or it ends before it begins (write 2027-02-06 or 06/02/2027)"},
	ContactTorn:  {"nhiều ô hơn dòng tiêu đề", "there are more cells than in the header"},
	ContactTwice: {"một người ghi hai lần", "the same person stands there twice"},
}

// ContactRow is a row of a list of contacts that cannot be taken.
type ContactRow struct {
	Line    int
	Problem ContactProblem
}

// ContactReport says what became of a list of contacts.
type ContactReport struct {
	Contacts []Contact    // of the list, with the units that are known
	Bad      []ContactRow // when there is one, nothing was written
}

const (
	contactBody = iota
	contactName
	contactDuty
	contactPhone
	contactMailbox
	contactFrom
	contactUntil
)

var contactLayout = Layout{
	Headings: [][]string{
		contactBody: {"don vi", "co quan", "don vi co quan", "co quan don vi", "unit", "body"}, contactName: {"ho ten", "ho va ten", "dau moi", "ten", "name", "contact"},
		contactDuty: {"nhiem vu", "chuc vu", "vai tro", "duty", "role"}, contactPhone: {"dien thoai", "so dien thoai", "sdt", "phone"},
		contactMailbox: {"thu dien tu", "hop thu", "email", "e mail", "mail", "mailbox"}, contactFrom: {"tu ngay", "tu", "from"}, contactUntil: {"den ngay", "den", "until"},
	},
	Needed: []int{contactName, contactPhone, contactMailbox},
	Missing: map[Language]string{
		Vietnamese: "Không tìm thấy dòng tiêu đề. Cần các cột “Đơn vị”, “Họ tên”, “Điện thoại” hoặc “Thư điện tử”; có thể có “Nhiệm vụ”, “Từ ngày”, “Đến ngày”.",
		English:    "No header row was found. The list needs the columns “unit”, “name”, “phone” or “mailbox”; it may have “duty”, “from”, “until”.",
	},
}

// ImportContacts takes a list of contacts from a spreadsheet (see ReadTable). One with the same body and name is brought up to date.
// Who belongs to no unit that is known belongs to a body outside. Nothing is written when a row is bad, or on a dry run.
func (r *Registry) ImportContacts(ctx context.Context, f io.Reader, by string, dryRun bool) (report ContactReport, err error) {
	table, err := ReadTable(f, contactLayout)
	if err != nil {
		return report, fmt.Errorf("import contacts: %w", err)
	}
	seen := map[string]bool{}
	for _, row := range table.Rows {
		c, problem := contactOf(table, row)
		if problem == "" && seen[c.fold()] {
			problem = ContactTwice
		}
		if problem != "" {
			report.Bad = append(report.Bad, ContactRow{row.Line, problem})
			continue
		}
		seen[c.fold()] = true
		u, _, err := r.FindUnit(ctx, c.Body)
		if err != nil {
			return report, fmt.Errorf("import contacts: %w", err)
		}
		c.UnitID, c.WrittenBy, c.WrittenAt = u.ID, by, time.Now()
		report.Contacts = append(report.Contacts, c)
	}
	if dryRun || len(report.Bad) > 0 {
		return report, nil
	}
	return report, r.saveContacts(ctx, report.Contacts)
}

func (c Contact) fold() string { return spelling(c.Body) + "\n" + spelling(c.Name) }

// contactOf reads a row.
func contactOf(t Table, row Row) (c Contact, problem ContactProblem) {
	cell := func(column int) string { return OneLine(t.Cell(row, column)) }
	c = Contact{Body: cell(contactBody), Name: cell(contactName), Duty: cell(contactDuty), Phone: cell(contactPhone), Mailbox: cell(contactMailbox)}
	if row.Broken != nil || t.Torn(row) {
		return c, ContactTorn
	}
	var ok, okUntil bool
	c.From, ok = contactDay(cell(contactFrom))
	c.Until, okUntil = contactDay(cell(contactUntil))
	if !c.Until.IsZero() {
		c.Until = c.Until.AddDate(0, 0, 1) // it holds on its last day
	}
	if !ok || !okUntil || !c.Until.IsZero() && !c.Until.After(c.From) {
		return c, ContactWhen
	}
	return c, c.problem()
}

func (c Contact) problem() ContactProblem {
	long := func(s string) bool { return utf8.RuneCountInString(s) > maxContactText }
	switch {
	case c.Body == "" || long(c.Body):
		return ContactBody
	case c.Name == "" || long(c.Name):
		return ContactName
	case c.Phone == "" && c.Mailbox == "":
		return ContactWay
	case long(c.Duty), long(c.Phone), long(c.Mailbox):
		return ContactLong
	}
	return ""
}

// contactDay reads a day, as people write it; "" is none.
func contactDay(s string) (day time.Time, ok bool) {
	if s == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006"} {
		if day, err := time.ParseInLocation(layout, s, Vietnam); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}
