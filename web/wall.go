package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
	"canhcong/targets"
)

// wallPage shows every site, worst first.
type wallPage struct {
	Periods []targets.Period // in force
	OnDuty  string           // names; "" for readers whose business it is not
	Clocks  []notify.Clock   // for reports, that press; none for the same readers
	More    int              // of them
	Counts  []wallCount
	Rows    []wallRow
	Units   []targets.Unit
	Query   string
	words   []string // of Query, plain
	State   string
	Unit    int64
	Sort    string
	Down    bool // sorted the other way round
	Tiles   bool // as tiles for a screen on the wall, without pages
	Total   int  // sites there are
	Found   int  // sites the filter leaves
	Pager   pager
	Columns []wallColumn
	Switch  string // address of the other form, table or tiles
}

// wallCount is one figure of the strip at the top, which is a filter as well.
type wallCount struct {
	State  string // "" for all
	N      int
	Tone   tone
	URL    string
	Chosen bool
}

// wallColumn heads a column that can be sorted by.
type wallColumn struct {
	Key    string
	URL    string
	Sorted string // "ascending", "descending" or ""
}

// wallRow is one site with all that is known of its state.
type wallRow struct {
	Site         targets.Site
	Overall      string // one of wallStates
	Tone         tone
	Since        time.Time // since when Overall is true
	LookedAt     time.Time
	Availability baseline.Availability
	Content      baseline.Content
	Certificate  baseline.CertificateState
	Waiting      bool // a baseline is on offer

	rank                int    // of Overall, worst first
	name, unit, address string // plain forms
}

// wallStates are the words one site is summed up in, worst first.
var wallStates = []string{"defaced", "down", "suspicious", "certificate", "broken", "blocked", "slow", "changed", "waiting", "unknown", "normal"}

var wallTones = map[string]tone{
	"defaced": alarm, "down": alarm, "suspicious": warn, "certificate": warn, "broken": warn, "blocked": warn, "slow": warn,
	"changed": info, "waiting": info, "unknown": mute, "normal": fine,
}

// wallPageSize is how many sites one page of the table holds.
const wallPageSize = 50

func (s *Server) showWall(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.wallRows(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page := wallPage{Query: strings.TrimSpace(q.Get("q")), State: q.Get("state"), Sort: q.Get("sort"), Down: q.Get("down") == "1",
		Tiles: q.Get("view") == "tiles", Total: len(rows), Counts: countStates(rows, q), Units: unitsOf(rows), Columns: wallColumns(q)}
	page.Unit, _ = strconv.ParseInt(q.Get("unit"), 10, 64)
	page.words = strings.Fields(plain(page.Query))
	rows = slices.DeleteFunc(rows, func(row wallRow) bool { return !page.wants(row) })
	sortRows(rows, page.Sort, page.Down)
	page.Found, page.Switch = len(rows), withQuery(q, "/", "view", "tiles", "page", "")
	if page.Tiles {
		page.Rows, page.Switch = rows, withQuery(q, "/", "view", "")
	} else {
		page.Pager = cutPages(q, "/", len(rows), wallPageSize)
		page.Rows = rows[page.Pager.From:page.Pager.To]
	}
	if page.Periods, err = s.registry.PeriodsInForce(r.Context(), time.Now()); err != nil {
		return fmt.Errorf("show the wall: %w", err)
	}
	if page.OnDuty, err = s.onDutyNames(r); err != nil {
		return fmt.Errorf("show the wall: %w", err)
	}
	if err := s.pressing(r, &page); err != nil {
		return fmt.Errorf("show the wall: %w", err)
	}
	return s.show(w, r, http.StatusOK, "wall", frame{Title: "wall.title", Refresh: true, Wide: true}, page)
}

// onDutyNames names who is on duty at the lowest tier that has anybody.
func (s *Server) onDutyNames(r *http.Request) (string, error) {
	if !can(personOf(r), oversee, object{}) {
		return "", nil
	}
	list, err := s.desk.OnDuty(r.Context(), time.Now())
	var names []string
	for _, w := range list {
		if w.Tier == list[0].Tier {
			names = append(names, fmt.Sprintf("%s (%s)", visible(w.Person.Name), hours(w.Span())))
		}
	}
	return strings.Join(names, ", "), err
}

// wallRows returns a row for every site within the reader's view.
func (s *Server) wallRows(r *http.Request) ([]wallRow, error) {
	sites, err := s.registry.Sites(r.Context())
	if err != nil {
		return nil, fmt.Errorf("show the wall: %w", err)
	}
	states, err := s.judge.States(r.Context())
	if err != nil {
		return nil, fmt.Errorf("show the wall: %w", err)
	}
	offered, err := s.judge.Candidates(r.Context())
	if err != nil {
		return nil, fmt.Errorf("show the wall: %w", err)
	}
	waiting := map[int64]bool{}
	for _, b := range offered {
		waiting[b.SiteID] = true
	}
	var rows []wallRow
	for _, one := range sites {
		if can(personOf(r), see, object{unitID: one.Unit.ID}) {
			row := newWallRow(one, states[one.ID], waiting[one.ID])
			row.name, row.unit, row.address = s.spellings.of(one.Name), s.spellings.of(one.Unit.Name), s.spellings.of(one.URL)
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func newWallRow(one targets.Site, st baseline.SiteState, waiting bool) wallRow {
	row := wallRow{Site: one, LookedAt: st.LookedAt, Availability: st.Availability, Content: st.Content, Certificate: st.Certificate, Waiting: waiting}
	row.Overall, row.Since = sumUp(st, waiting)
	row.Tone, row.rank = wallTones[row.Overall], slices.Index(wallStates, row.Overall)
	return row
}

// sumUp names the worst thing that is known of a site, and since when.
func sumUp(st baseline.SiteState, waiting bool) (string, time.Time) {
	switch {
	case st.Content == baseline.Defaced:
		return "defaced", st.ContentSince
	case st.Availability == baseline.IsDown:
		return "down", st.AvailabilitySince
	case st.Content == baseline.Suspicious:
		return "suspicious", st.ContentSince
	case st.Certificate == baseline.CertificateInvalid || st.Certificate == baseline.CertificateExpiring:
		return "certificate", st.CertificateSince
	case st.Quality == baseline.Broken:
		return "broken", st.QualitySince
	case st.Availability == baseline.IsBlocked:
		return "blocked", st.AvailabilitySince
	case st.Availability == baseline.Slow:
		return "slow", st.AvailabilitySince
	case waiting:
		return "waiting", time.Time{}
	case st.Content == baseline.Changed:
		return "changed", st.ContentSince
	case st.Content == baseline.Normal && st.Availability == baseline.Up:
		return "normal", st.ContentSince
	default:
		return "unknown", st.AvailabilitySince
	}
}

// wants says whether the filter leaves a row. Text is compared without case and diacritics, as people type in a hurry.
func (p wallPage) wants(row wallRow) bool {
	if p.Unit != 0 && row.Site.Unit.ID != p.Unit {
		return false
	}
	if p.State == "waiting" && !row.Waiting || p.State != "" && p.State != "waiting" && row.Overall != p.State {
		return false
	}
	for _, word := range p.words {
		if !strings.Contains(row.name, word) && !strings.Contains(row.unit, word) && !strings.Contains(row.address, word) {
			return false
		}
	}
	return true
}

// countStates counts the sites in each state; those that stand in nobody's way are left out when there are none.
func countStates(rows []wallRow, q url.Values) []wallCount {
	n := map[string]int{"": len(rows)}
	for _, row := range rows {
		n[row.Overall]++
		if row.Waiting && row.Overall != "waiting" {
			n["waiting"]++
		}
	}
	var out []wallCount
	for _, state := range append([]string{""}, wallStates...) {
		rare := state == "certificate" || state == "broken" || state == "blocked" || state == "slow"
		if rare && n[state] == 0 {
			continue
		}
		out = append(out, wallCount{State: state, N: n[state], Tone: cmp.Or(wallTones[state], mute),
			URL: withQuery(q, "/", "state", state, "page", ""), Chosen: q.Get("state") == state})
	}
	return out
}

func unitsOf(rows []wallRow) []targets.Unit {
	names := map[int64]string{}
	var out []targets.Unit
	for _, row := range rows {
		if _, seen := names[row.Site.Unit.ID]; !seen {
			names[row.Site.Unit.ID] = row.unit
			out = append(out, row.Site.Unit)
		}
	}
	slices.SortFunc(out, func(a, b targets.Unit) int { return cmp.Compare(names[a.ID], names[b.ID]) })
	return out
}

var wallColumnKeys = []string{"state", "name", "unit", "availability", "content", "certificate", "since", "looked"}

func wallColumns(q url.Values) []wallColumn {
	sorted := cmp.Or(q.Get("sort"), "state")
	var out []wallColumn
	for _, key := range wallColumnKeys {
		c := wallColumn{Key: key, URL: withQuery(q, "/", "sort", key, "down", "", "page", "")}
		if key == sorted && q.Get("down") == "1" {
			c.Sorted = "descending"
		} else if key == sorted {
			c.Sorted, c.URL = "ascending", withQuery(q, "/", "sort", key, "down", "1", "page", "")
		}
		out = append(out, c)
	}
	return out
}

// sortRows sorts by a column, and within it worst first, more important first, then by name.
func sortRows(rows []wallRow, column string, down bool) {
	usual := func(a, b wallRow) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.Site.Priority, b.Site.Priority), cmp.Compare(a.name, b.name), cmp.Compare(a.Site.ID, b.Site.ID))
	}
	slices.SortFunc(rows, func(a, b wallRow) int {
		first := compareBy(column, a, b)
		if down {
			first = -first
		}
		if column == "" || column == "state" {
			if first = usual(a, b); down {
				first = -first
			}
		}
		return cmp.Or(first, usual(a, b))
	})
}

func compareBy(column string, a, b wallRow) int {
	switch column {
	case "name":
		return cmp.Compare(a.name, b.name)
	case "unit":
		return cmp.Compare(a.unit, b.unit)
	case "availability":
		return compareTone(baseline.ConcernAvailability, string(a.Availability), string(b.Availability))
	case "content":
		return compareTone(baseline.ConcernContent, string(a.Content), string(b.Content))
	case "certificate":
		return compareTone(baseline.ConcernCertificate, string(a.Certificate), string(b.Certificate))
	case "since":
		return b.Since.Compare(a.Since)
	case "looked":
		return a.LookedAt.Compare(b.LookedAt)
	default:
		return 0
	}
}

func compareTone(c baseline.Concern, a, b string) int {
	loudest := []tone{alarm, warn, info, mute, fine}
	return cmp.Or(cmp.Compare(slices.Index(loudest, toneOf(c, a)), slices.Index(loudest, toneOf(c, b))), cmp.Compare(a, b))
}
