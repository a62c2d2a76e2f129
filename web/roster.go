package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// rosterPage shows who is on duty when: two weeks as a table, who is there now, what is missing, what was changed and said.
type rosterPage struct {
	Days     []rosterDay
	Tiers    []notify.Tier
	From     time.Time
	Last     time.Time // day
	Before   string    // address of the two weeks before
	After    string
	Now      []notify.Shift // on duty
	Mine     []shiftDuty    // of the reader: what there is to check in to, or to hand over
	Holes    []notify.Hole  // of the days that are looked ahead
	Clashes  []notify.Clash
	Changes  []notify.Change
	Log      []notify.Handover
	People   []notify.Person // who can be put on the roster; only for those who may
	Draft    shiftDraft
	Preview  *rosterPreview
	Error    string // in words
	May      bool   // change it
	ForPaper bool
}

// shiftDuty is a shift of the reader, and what they can do about it now.
type shiftDuty struct {
	notify.Shift
	CheckIn  bool
	HandOver bool
}

// shiftDraft is a form as it was filled in.
type shiftDraft struct {
	Login, From, Until, Note string
	Tier                     notify.Tier
}

const (
	shownDays    = 14
	mostChanges  = 10
	mostHandover = 5
)

func (s *Server) showRoster(w http.ResponseWriter, r *http.Request) error {
	evening := midnightOf(time.Now()).Add(19 * time.Hour)
	draft := shiftDraft{From: evening.Format(formTime), Until: evening.Add(12*time.Hour + 30*time.Minute).Format(formTime), Tier: notify.TierWatch}
	return s.listRoster(w, r, http.StatusOK, rosterPage{Draft: draft})
}

func midnightOf(at time.Time) time.Time {
	at = at.In(targets.Vietnam)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, targets.Vietnam)
}

func (s *Server) listRoster(w http.ResponseWriter, r *http.Request, status int, page rosterPage) error {
	now := time.Now()
	page.From = monday(now)
	if asked, err := time.ParseInLocation(time.DateOnly, r.URL.Query().Get("from"), targets.Vietnam); err == nil {
		page.From = monday(asked)
	}
	page.ForPaper = r.URL.Query().Get("view") == "print"
	page.Last = page.From.AddDate(0, 0, shownDays-1)
	page.Before, page.After = rosterAddress(page.From.AddDate(0, 0, -shownDays)), rosterAddress(page.From.AddDate(0, 0, shownDays))
	page.Tiers, page.May = notify.Tiers, can(personOf(r), administer, object{})
	if err := s.fillRoster(r, &page, now); err != nil {
		return fmt.Errorf("show the roster: %w", err)
	}
	return s.show(w, r, status, "roster", frame{Title: "roster.title", Refresh: false}, page)
}

func rosterAddress(monday time.Time) string { return "/roster?from=" + monday.Format(time.DateOnly) }

// fillRoster asks for everything that the page shows. Holes of what is over are nobody's business any more.
func (s *Server) fillRoster(r *http.Request, page *rosterPage, now time.Time) (err error) {
	ctx := r.Context()
	shown, err := s.desk.Outlook(ctx, notify.Span{From: page.From, Until: page.From.AddDate(0, 0, shownDays)})
	if err != nil {
		return err
	}
	ahead, err := s.desk.Outlook(ctx, notify.Span{From: now, Until: now.AddDate(0, 0, notify.OutlookDays)})
	if err != nil {
		return err
	}
	page.Holes, page.Clashes = ahead.Holes, ahead.Clashes
	shown.Holes = slices.DeleteFunc(shown.Holes, func(h notify.Hole) bool { return !h.Until.After(now) })
	page.Days = rosterDays(shown, now)
	for _, one := range ahead.Shifts {
		if one.On(now) {
			page.Now = append(page.Now, one)
		}
	}
	if page.Mine, err = s.duties(r, now); err != nil {
		return err
	}
	if page.Changes, err = s.desk.RosterChanges(ctx, mostChanges); err != nil {
		return err
	}
	if page.Log, err = s.desk.Handovers(ctx, mostHandover); err != nil {
		return err
	}
	if page.May {
		page.People, err = s.desk.People(ctx)
	}
	return err
}

// duties are the shifts of the reader that they can check in to, or that they are on.
func (s *Server) duties(r *http.Request, now time.Time) (list []shiftDuty, err error) {
	shifts, err := s.desk.Shifts(r.Context(), notify.Span{From: now.Add(-12 * time.Hour), Until: now.Add(time.Hour)})
	for _, one := range shifts {
		if one.Person.ID != personOf(r).ID {
			continue
		}
		if d := dutyOf(one, now); d.CheckIn || d.HandOver {
			list = append(list, d)
		}
	}
	return list, err
}

// dutyOf says what the person of a shift can do now.
func dutyOf(one notify.Shift, now time.Time) shiftDuty {
	_, early := one.CheckIn(now)
	_, late := one.HandOver(now)
	return shiftDuty{one, early == "" && one.CheckedIn.IsZero(), late == "" && one.HandedOver.IsZero()}
}

// addShift puts one shift on the roster.
func (s *Server) addShift(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	tier, _ := strconv.Atoi(r.PostFormValue("tier"))
	d := shiftDraft{Login: r.PostFormValue("login"), From: r.PostFormValue("from"), Until: r.PostFormValue("until"), Note: r.PostFormValue("note"), Tier: notify.Tier(tier)}
	added, err := s.addDraft(r, d)
	var words speaker
	switch {
	case errors.As(err, &words):
		return s.listRoster(w, r, http.StatusUnprocessableEntity, rosterPage{Draft: d, Error: words.Text(s.language(r))})
	case err != nil:
		return err
	case len(added) == 0:
		return s.listRoster(w, r, http.StatusConflict, rosterPage{Draft: d, Error: say(s.language(r), "roster.there")})
	}
	if err := s.record(r, "roster.add", fmt.Sprintf("shift/%d", added[0].ID), fmt.Sprintf("%s · %d · %s – %s", d.Login, tier, d.From, d.Until)); err != nil {
		return err
	}
	return s.goTo(w, r, rosterAddress(monday(added[0].From)), "notice.shiftadded")
}

// addDraft reads the form. Who or when that is not there leaves a shift that the desk refuses in words.
func (s *Server) addDraft(r *http.Request, d shiftDraft) ([]notify.Shift, error) {
	p, err := s.desk.PersonByLogin(r.Context(), d.Login)
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return nil, err
	}
	from, _ := targets.ParseWhen(d.From, false)
	until, _ := targets.ParseWhen(d.Until, true)
	return s.desk.AddShifts(r.Context(), personOf(r).Login, notify.Shift{Watch: notify.Watch{Tier: d.Tier, Person: p, From: from, Until: until}, Note: targets.OneLine(d.Note)})
}
