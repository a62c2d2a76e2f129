package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"canhcong/targets"
)

// holidaysPage is the holiday table of this year and the next, and sets a day of it.
type holidaysPage struct {
	Years []holidayYear
	Kinds []targets.HolidayKind
	May   bool // set days
	Draft holidayDraft
	Error string // in words
}

type holidayYear struct {
	Year        int
	Days        []holidayLine // from today on
	Past        []holidayLine
	From, Until time.Time // the usual duty around Tết; its last day
	Declare     string    // address of the form that declares it; "" once it is over
}

type holidayLine struct {
	targets.Holiday
	Feast string // its lunar day, where people reckon by it
	Over  bool
}

// holidayDraft is a form as it was filled in.
type holidayDraft struct{ Day, Name, Kind, Source string }

func (s *Server) showHolidays(w http.ResponseWriter, r *http.Request) error {
	return s.listHolidays(w, r, http.StatusOK, holidaysPage{})
}

func (s *Server) listHolidays(w http.ResponseWriter, r *http.Request, status int, page holidaysPage) error {
	page.Kinds, page.May = targets.HolidayKinds, can(personOf(r), administer, object{})
	now := time.Now().In(targets.Vietnam)
	for year := now.Year(); year <= now.Year()+1; year++ {
		y, err := s.holidayYear(r, year, now)
		if err != nil {
			return err
		}
		page.Years = append(page.Years, y)
	}
	return s.show(w, r, status, "holidays", frame{Title: "holidays.title"}, page)
}

func (s *Server) holidayYear(r *http.Request, year int, now time.Time) (y holidayYear, err error) {
	list, err := s.registry.Holidays(r.Context(), year)
	if err != nil {
		return y, err
	}
	from, until := targets.TetDuty(year)
	y = holidayYear{Year: year, From: from, Until: until.AddDate(0, 0, -1)}
	if now.Before(until) {
		y.Declare = "/periods?" + url.Values{"name": {fmt.Sprintf("Tết Nguyên đán %d", year)}, "from": {from.Format(formTime)}, "until": {until.Format(formTime)}}.Encode()
	}
	for _, h := range list {
		line := holidayLine{h, targets.FeastDay(h.Day, s.language(r)), h.Day.Before(midnightOf(now))}
		if line.Over {
			y.Past = append(y.Past, line)
		} else {
			y.Days = append(y.Days, line)
		}
	}
	return y, nil
}

// setHoliday takes the form.
func (s *Server) setHoliday(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	d := holidayDraft{r.PostFormValue("day"), r.PostFormValue("name"), r.PostFormValue("kind"), r.PostFormValue("source")}
	day, err := time.ParseInLocation(time.DateOnly, d.Day, targets.Vietnam)
	if err != nil {
		err = &targets.HolidayError{Problem: targets.HolidayDay}
	} else {
		_, err = s.registry.SetHoliday(r.Context(), targets.Holiday{Day: day, Name: d.Name, Kind: targets.HolidayKind(d.Kind), Source: d.Source, SetBy: personOf(r).Login})
	}
	var words speaker
	if errors.As(err, &words) {
		return s.listHolidays(w, r, http.StatusUnprocessableEntity, holidaysPage{Draft: d, Error: words.Text(s.language(r))})
	}
	if err != nil {
		return err
	}
	if err := s.record(r, "holiday.set", "holiday/"+d.Day, fmt.Sprintf("%s · %s · %s", d.Name, d.Kind, d.Source)); err != nil {
		return err
	}
	return s.goTo(w, r, "/holidays", "notice.holidayset")
}

// removeHoliday takes back what was set for a day.
func (s *Server) removeHoliday(w http.ResponseWriter, r *http.Request) error {
	day, err := time.ParseInLocation(time.DateOnly, r.PostFormValue("day"), targets.Vietnam)
	if err != nil {
		return badForm(err)
	}
	if err := s.registry.RemoveHoliday(r.Context(), day); err != nil {
		return missing(err)
	}
	if err := s.record(r, "holiday.remove", "holiday/"+day.Format(time.DateOnly), ""); err != nil {
		return err
	}
	return s.goTo(w, r, "/holidays", "notice.holidayremoved")
}
