package targets

import (
	"cmp"
	"time"
	"unicode/utf8"
)

// Period is a time at which portals are looked at more often (đợt cao điểm): holidays, elections, congresses. It is declared
// by a person for one portal, for a unit, or for the whole province; it starts and ends by itself.
type Period struct {
	ID           int64
	Name         string // "Tết Đinh Mùi 2027"
	LetterNumber string // of the letter that orders it (số văn bản), "" when none does
	UnitID       int64  // every portal of this unit; 0 for none
	SiteID       int64  // this portal; 0 for none. With neither it is the whole province
	Profile      Profile
	From         time.Time
	Until        time.Time
	DeclaredBy   string // login
	DeclaredAt   time.Time
	EndedBy      string // login of the person who ended it before its time; "" when nobody did
	EndedAt      time.Time
}

// PeriodProfile is the profile that periods get when none is named.
const PeriodProfile = "cao điểm"

// InForce tells whether a period lasts at an instant.
func (p Period) InForce(at time.Time) bool { return !at.Before(p.From) && at.Before(p.End()) }

// Covers tells whether a period is for a site.
func (p Period) Covers(s Site) bool {
	return p.SiteID == s.ID || p.SiteID == 0 && (p.UnitID == 0 || p.UnitID == s.Unit.ID)
}

// End is when the period is over: as declared, or when a person ended it.
func (p Period) End() time.Time {
	if !p.EndedAt.IsZero() && p.EndedAt.Before(p.Until) {
		return p.EndedAt
	}
	return p.Until
}

// width orders scopes, the narrowest first.
func (p Period) width() int {
	switch {
	case p.SiteID != 0:
		return 0
	case p.UnitID != 0:
		return 1
	default:
		return 2
	}
}

// keener orders profiles, the one that looks more often first.
func keener(a, b Profile) int {
	return cmp.Or(cmp.Compare(a.ProbeEvery, b.ProbeEvery), cmp.Compare(a.RenderEvery, b.RenderEvery))
}

// PeriodOf returns which of the periods sets the pace of a site; ok is false when its own profile does. Periods that are over
// or have not begun are not to be in the list. The narrowest one counts: one for the portal before one for its unit, before
// one for the province; of two for the same, the one that looks more often. One for the portal itself holds as it is, faster
// or slower; a wider one never has a portal looked at less often than its own profile does.
func (s Site) PeriodOf(inForce []Period) (chosen Period, ok bool) {
	for _, p := range inForce {
		if p.Covers(s) && (!ok || cmp.Or(cmp.Compare(p.width(), chosen.width()), keener(p.Profile, chosen.Profile)) < 0) {
			chosen, ok = p, true
		}
	}
	if ok && chosen.SiteID == 0 && keener(s.Profile, chosen.Profile) <= 0 {
		return Period{}, false
	}
	return chosen, ok
}

// LongestPeriod is how long a period may last: a pace that nobody ends is not a period, but a profile.
const LongestPeriod = 92 * 24 * time.Hour

// maxLetter bounds the number of a letter, in characters.
const maxLetter = 100

// PeriodProblem says what of a Period cannot be declared.
type PeriodProblem string

// The problems of periods.
const (
	PeriodName    PeriodProblem = "the name is missing or too long"
	PeriodLetter  PeriodProblem = "the number of the letter is too long"
	PeriodScope   PeriodProblem = "it is for a unit and a portal at once"
	PeriodOrder   PeriodProblem = "it ends before it begins"
	PeriodOver    PeriodProblem = "it is over already"
	PeriodLong    PeriodProblem = "it lasts too long"
	PeriodUnknown PeriodProblem = "its profile is unknown"
)

// PeriodError says that a period cannot be declared as it was entered, and why.
type PeriodError struct{ Problem PeriodProblem }

// Error is for the log.
func (e *PeriodError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong and what to do about it.
func (e *PeriodError) Text(lang Language) string { return periodTexts[e.Problem].in(lang) }

var periodTexts = map[PeriodProblem]text{
	PeriodName:    {"Ghi tên đợt cao điểm (tối đa 200 ký tự).", "Write the name of the period (200 characters at most)."},
	PeriodLetter:  {"Số văn bản quá dài (tối đa 100 ký tự).", "The number of the letter is too long (100 characters at most)."},
	PeriodScope:   {"Chọn một phạm vi: toàn tỉnh, một đơn vị, hoặc một cổng.", "Choose one scope: the province, a unit, or a portal."},
	PeriodOrder:   {"Thời điểm kết thúc phải sau thời điểm bắt đầu.", "The end must be later than the beginning."},
	PeriodOver:    {"Thời điểm kết thúc đã qua.", "The end is in the past."},
	PeriodLong:    {"Đợt cao điểm kéo dài tối đa 92 ngày; cần thêm thì khai báo lại.", "A period lasts 92 days at most; declare another one after it."},
	PeriodUnknown: {"Không có nhịp theo dõi này. Hãy chọn một nhịp trong danh sách.", "There is no such profile. Choose one of the list."},
}

// declared is the period as it is kept when a person declares it now.
func (p Period) declared(now time.Time) (Period, error) {
	p.Name, p.LetterNumber = OneLine(p.Name), OneLine(p.LetterNumber)
	p.DeclaredAt, p.From, p.Until = FromMillis(Millis(now)), FromMillis(Millis(p.From)), FromMillis(Millis(p.Until))
	p.EndedBy, p.EndedAt = "", time.Time{}
	if problem := p.problem(now); problem != "" {
		return Period{}, &PeriodError{problem}
	}
	return p, nil
}

func (p Period) problem(now time.Time) PeriodProblem {
	switch {
	case p.Name == "" || utf8.RuneCountInString(p.Name) > maxName:
		return PeriodName
	case utf8.RuneCountInString(p.LetterNumber) > maxLetter:
		return PeriodLetter
	case p.UnitID != 0 && p.SiteID != 0:
		return PeriodScope
	case !p.Until.After(p.From):
		return PeriodOrder
	case !p.Until.After(now):
		return PeriodOver
	case p.Until.Sub(p.From) > LongestPeriod:
		return PeriodLong
	}
	return ""
}
