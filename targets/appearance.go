package targets

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// Appearance is the kind of a change of looks that can be declared. What each one explains is for the judge to know.
type Appearance string

// The kinds of appearance events.
const (
	Mourning Appearance = "mourning" // quốc tang: portals go grey
	Festive  Appearance = "festive"  // decorations for Tết and other days
	Banner   Appearance = "banner"   // a banner, a picture or a pop-up for an occasion
	Merger   Appearance = "merger"   // the unit gets another name
	Redesign Appearance = "redesign" // a new design

	Maintenance Appearance = "maintenance" // bảo trì: the portal may not be reachable. It explains no change of looks
)

// Appearances are the kinds, the commonest first.
var Appearances = []Appearance{Festive, Banner, Maintenance, Mourning, Merger, Redesign}

// Text is the kind in words.
func (a Appearance) Text(lang Language) string { return appearanceTexts[a].in(lang) }

var appearanceTexts = map[Appearance]text{
	Mourning: {"quốc tang", "state mourning"},
	Festive:  {"trang trí lễ, Tết", "festive decorations"},
	Banner:   {"băng rôn, ảnh sự kiện", "banner or event picture"},
	Merger:   {"sáp nhập, đổi tên", "merger or new name"},
	Redesign: {"giao diện mới", "new design"},

	Maintenance: {"bảo trì, có thể gián đoạn", "maintenance, may be down"},
}

// AppearanceEvent is a time at which portals are declared to look different (sự kiện giao diện). It is declared by a person
// for one portal, for a unit, or for the whole province, and always ends.
type AppearanceEvent struct {
	ID         int64
	Kind       Appearance
	UnitID     int64 // every portal of this unit; 0 for none
	SiteID     int64 // this portal; 0 for none. With neither it is the whole province
	From       time.Time
	Until      time.Time
	Reason     string // why, or the document that orders it
	DeclaredBy string // login
	DeclaredAt time.Time
	EndedBy    string // login of the person who ended it before its time; "" when nobody did
	EndedAt    time.Time
}

// Covers tells whether an event holds for a site at an instant. It holds from when it was declared at the earliest: what was
// judged before is not judged otherwise by a later word.
func (e AppearanceEvent) Covers(s Site, at time.Time) bool {
	here := e.SiteID == s.ID || e.SiteID == 0 && (e.UnitID == 0 || e.UnitID == s.Unit.ID)
	return here && !at.Before(e.From) && !at.Before(e.DeclaredAt) && at.Before(e.End())
}

// End is when the event is over: as declared, or when a person ended it.
func (e AppearanceEvent) End() time.Time {
	if !e.EndedAt.IsZero() && e.EndedAt.Before(e.Until) {
		return e.EndedAt
	}
	return e.Until
}

// LongestAppearance is how long an event may last: an excuse that nobody ends would be a blind spot.
const LongestAppearance = 62 * 24 * time.Hour

// LongestMaintenance is how long an outage may be announced for.
const LongestMaintenance = 72 * time.Hour

// shortestReason and maxReason bound what is written down about an event, in characters.
const (
	shortestReason = 5
	maxReason      = 500
)

// EventProblem says what of an AppearanceEvent cannot be declared.
type EventProblem string

// The problems of appearance events.
const (
	EventKind   EventProblem = "the kind is unknown"
	EventScope  EventProblem = "it is for a unit and a portal at once"
	EventOrder  EventProblem = "it ends before it begins"
	EventOver   EventProblem = "it is over already"
	EventLong   EventProblem = "it lasts too long"
	EventOutage EventProblem = "maintenance lasts too long"
	EventReason EventProblem = "the reason is missing or too long"
)

// EventError says that an event cannot be declared as it was entered, and why.
type EventError struct{ Problem EventProblem }

// Error is for the log.
func (e *EventError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong and what to do about it.
func (e *EventError) Text(lang Language) string { return eventTexts[e.Problem].in(lang) }

var eventTexts = map[EventProblem]text{
	EventKind:   {"Hãy chọn loại sự kiện.", "Choose what kind of event it is."},
	EventScope:  {"Chọn một phạm vi: toàn tỉnh, một đơn vị, hoặc một cổng.", "Choose one scope: the province, a unit, or a portal."},
	EventOrder:  {"Thời điểm kết thúc phải sau thời điểm bắt đầu.", "The end must be later than the beginning."},
	EventOver:   {"Thời điểm kết thúc đã qua.", "The end is in the past."},
	EventLong:   {"Sự kiện kéo dài tối đa 62 ngày; cần thêm thì khai báo lại.", "An event lasts 62 days at most; declare another one after it."},
	EventOutage: {"Bảo trì báo trước tối đa 72 giờ; cần thêm thì khai báo lại.", "Maintenance is announced for 72 hours at most; announce it again after that."},
	EventReason: {"Ghi rõ lý do hoặc số văn bản (5 đến 500 ký tự).", "Write the reason or the number of the document (5 to 500 characters)."},
}

// declared is the event as it is kept when a person declares it now.
func (e AppearanceEvent) declared(now time.Time) (AppearanceEvent, error) {
	e.Reason = OneLine(e.Reason)
	e.DeclaredAt, e.From, e.Until = FromMillis(Millis(now)), FromMillis(Millis(e.From)), FromMillis(Millis(e.Until))
	e.EndedBy, e.EndedAt = "", time.Time{}
	if p := e.problem(now); p != "" {
		return AppearanceEvent{}, &EventError{p}
	}
	return e, nil
}

func (e AppearanceEvent) problem(now time.Time) EventProblem {
	n := utf8.RuneCountInString(e.Reason)
	switch {
	case appearanceTexts[e.Kind] == text{}:
		return EventKind
	case e.UnitID != 0 && e.SiteID != 0:
		return EventScope
	case !e.Until.After(e.From):
		return EventOrder
	case !e.Until.After(now):
		return EventOver
	case e.Until.Sub(e.From) > LongestAppearance:
		return EventLong
	case e.Kind == Maintenance && e.Until.Sub(e.From) > LongestMaintenance:
		return EventOutage
	case n < shortestReason || n > maxReason:
		return EventReason
	}
	return ""
}

// ParseWhen reads an instant as a person writes it, in Vietnam's time: 2027-02-06T07:30, "2027-02-06 07:30", 06/02/2027 07:30,
// or a day alone, which is its beginning, and with end its end.
func ParseWhen(written string, end bool) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "02/01/2006 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, written, Vietnam); err == nil {
			return t, nil
		}
	}
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.ParseInLocation(layout, written, Vietnam); err == nil && end {
			return t.AddDate(0, 0, 1), nil
		} else if err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a day (2027-02-06) or a time of a day (2027-02-06T07:30)", shown(written))
}
