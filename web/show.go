package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// functions are what templates may call. Those that speak are bound to one language.
func functions(lang targets.Language) template.FuncMap {
	return template.FuncMap{
		"t":          func(key string, args ...any) string { return say(lang, key, flat(args)...) },
		"lang":       func() string { return string(lang) },
		"clock":      clock,
		"date":       func(t time.Time) string { return date(lang, t) },
		"iso":        func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"span":       func(d time.Duration) string { return span(lang, d) },
		"ago":        func(now, t time.Time) string { return ago(lang, now, t) },
		"visible":    visible,
		"cut":        func(n int, s string) string { return cut(visible(s), n) },
		"defang":     defang,
		"stateword":  func(c baseline.Concern, state string) string { return stateWord(lang, c, state) },
		"sentence":   func(e baseline.Evidence) string { return visible(e.Sentence(lang)) },
		"tone":       toneOf,
		"appearance": func(a targets.Appearance) string { return a.Text(lang) },
		"share":      func(a monitor.Availability) string { return a.Text(lang) },
		"priority":   func(p targets.Priority) string { return p.Text(lang) },
		"outcome":    func(o monitor.Outcome) string { return say(lang, "outcome."+string(o)) },
		"dict":       dict,
		"short":      func(name string) string { return shorten(name, portalPrefixes, "") },
		"shortunit":  func(name string) string { return shorten(name, unitPrefixes, "UBND ") },
		"lines":      func(text string) []string { return strings.Split(text, "\n") },

		"incidentstate": func(st notify.State) string { return st.Text(lang) },
		"closereason":   func(c notify.CloseReason) string { return c.Text(lang) },
		"severity":      func(sv notify.Severity) string { return sv.Text(lang) },
		"eventword":     func(r notify.Reason) string { return r.Text(lang) },
		"eventdetail":   func(e notify.Event) string { return e.DetailText(lang) },
		"finding":       func(f notify.Finding) string { return f.Text(lang) },
		"stage":         func(st notify.Stage) string { return st.Text(lang) },
		"severitytone":  severityTone,
		"concernword":   func(i notify.Incident) string { return concernWord(lang, i) },
		"noticeword":    func(n notify.Notice) string { return n.Text(lang) },
		"deliverytone":  deliveryTone,
		"filing":        func(k notify.FilingKind) string { return k.Text(lang) },
		"clocktext":     func(c notify.Clock, now time.Time) string { return c.Text(now, lang) },
		"clocktone":     clockTone,
		"dial":          dial,
		"channel":       func(name string) string { return channelWord(lang, name) },
		"holidaykind":   func(k targets.HolidayKind) string { return k.Text(lang) },
		"lack":          func(k notify.LackKind) string { return k.Text(lang) },
		"lacktodo":      func(k notify.LackKind) string { return k.ToDo(lang) },
		"hiddenword":    func(code string) string { return hiddenWord(lang, code) },
		"tier":          func(t notify.Tier) string { return t.Text(lang) },
		"contactrow":    func(p targets.ContactProblem) string { return p.Text(lang) },
		"rosterrow":     func(row notify.RosterRow) string { return visible(row.Text(lang)) },
		"weekday":       func(t time.Time) string { return say(lang, "weekday."+t.In(targets.Vietnam).Weekday().String()) },
		"feast":         func(t time.Time) string { return targets.FeastDay(t, lang) },
		"hours":         hours,
		"day":           func(t time.Time) string { return t.In(targets.Vietnam).Format("02/01/2006") },
		"dayshort":      func(t time.Time) string { return t.In(targets.Vietnam).Format("02/01") },
		"isoday":        func(t time.Time) string { return t.In(targets.Vietnam).Format(time.DateOnly) },
		"rowtext":       func(row targets.ImportRow) string { return visible(row.Text(lang)) },
	}
}

// date says a day with its name.
func date(lang targets.Language, t time.Time) string {
	t = t.In(targets.Vietnam)
	return say(lang, "weekday."+t.Weekday().String()) + t.Format(" 02/01/2006")
}

// flat lets a template hand over arguments that are a list already.
func flat(args []any) []any {
	if len(args) == 1 {
		if list, ok := args[0].([]any); ok {
			return list
		}
	}
	return args
}

// dict makes the one argument of a partial template out of several.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: key %v is not a string", pairs[i])
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

// What nearly every name in a list begins with says nothing there; the page of the site has it in full.
var (
	portalPrefixes = []string{"Cổng thông tin điện tử ", "Trang thông tin điện tử ", "Cổng Thông tin điện tử ", "Trang Thông tin điện tử "}
	unitPrefixes   = []string{"Ủy ban nhân dân ", "Uỷ ban nhân dân ", "UBND "}
)

// shorten replaces one of the prefixes.
func shorten(name string, prefixes []string, by string) string {
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(name, p)
		if ok && rest != "" && by != "" {
			return by + rest
		}
		if first, size := utf8.DecodeRuneInString(rest); ok && rest != "" {
			return string(unicode.ToUpper(first)) + rest[size:]
		}
	}
	return name
}

// hiddenWord says why a person cannot see something; a reason without words is shown as it is.
func hiddenWord(lang targets.Language, code string) string {
	if _, ok := words["hidden."+code]; ok {
		return say(lang, "hidden."+code)
	}
	return visible(code)
}

// clock is an absolute local time, shorter the nearer it is to today.
func clock(now, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	n, l := now.In(targets.Vietnam), t.In(targets.Vietnam)
	switch {
	case n.Year() == l.Year() && n.YearDay() == l.YearDay():
		return l.Format("15:04:05")
	case n.Year() == l.Year():
		return l.Format("15:04 02/01")
	default:
		return l.Format("15:04 02/01/2006")
	}
}

// span is a length of time in its largest unit.
func span(lang targets.Language, d time.Duration) string {
	switch {
	case d < time.Minute:
		return say(lang, "span.seconds", int(max(d, 0)/time.Second))
	case d < time.Hour:
		return say(lang, "span.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return say(lang, "span.hours", int(d/time.Hour))
	default:
		return say(lang, "span.days", int(d/(24*time.Hour)))
	}
}

func ago(lang targets.Language, now, t time.Time) string {
	if t.IsZero() {
		return say(lang, "never")
	}
	return say(lang, "ago", span(lang, now.Sub(t)))
}

// visible shows what a hostile page would like to stay unseen: control characters, characters without width, and those
// that turn the direction of what follows. Blanks of any kind become one blank.
func visible(s string) string {
	var out strings.Builder
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			blank = out.Len() > 0
			continue
		case unsound(r):
			fmt.Fprintf(&out, "‹U+%04X›", r)
		default:
			if blank {
				out.WriteByte(' ')
			}
			out.WriteRune(r)
		}
		blank = false
	}
	return out.String()
}

// unsound says whether a character cannot be seen, or changes how others are seen.
func unsound(r rune) bool {
	switch r {
	case unicode.ReplacementChar, '\u115f', '\u1160', '\u3164', '\uffa0', '\u034f':
		return true
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Variation_Selector, r) && r != '\ufe0f'
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return strings.TrimSpace(s[:i]) + "…"
		}
		n--
	}
	return s
}

// defang writes an address or a host so that no program turns it into something to tap.
func defang(address string) string {
	s := visible(address)
	if rest, ok := strings.CutPrefix(s, "http"); ok {
		s = "hxxp" + rest
	}
	host, rest := s, ""
	if scheme, after, ok := strings.Cut(s, "://"); ok {
		host, rest = after, ""
		if i := strings.IndexAny(after, "/?#"); i >= 0 {
			host, rest = after[:i], after[i:]
		}
		return scheme + "://" + strings.ReplaceAll(host, ".", "[.]") + rest
	}
	return strings.ReplaceAll(host, ".", "[.]") + rest
}

// withQuery returns a path with one parameter of its query changed; "" takes it away.
func withQuery(values url.Values, path string, pairs ...string) string {
	out := url.Values{}
	for k, v := range values {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			out.Del(pairs[i])
			continue
		}
		out.Set(pairs[i], pairs[i+1])
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + out.Encode()
}
