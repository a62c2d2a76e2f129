package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

//go:embed templates
var templates embed.FS

//go:embed static
var static embed.FS

// pages are the parsed templates, by language and page name.
type pages map[targets.Language]map[string]*template.Template

// frame is what surrounds every page. Handlers fill in Title, Args and Refresh; show fills in the rest.
type frame struct {
	Title   string // key of the catalogue
	Args    []any  // of the title
	Refresh bool   // the page loads itself again every half minute
	Wide    bool   // it wants the whole width of a wall

	Lang     targets.Language
	Person   notify.Person
	Path     string // where it was asked for, to come back to
	Section  string // first part of the path
	Now      time.Time
	Waiting  int  // baselines on offer
	Live     int  // incidents that are not over
	Silent   bool // no alert channel is configured
	StuckFor time.Duration
	Stuck    string // why, as the channel said
	Stall    stall
	Troubles []notify.Notice // what the monitor has to say about itself
	Notice   string          // key of the catalogue: what was just done
}

// view is what a template is executed with.
type view struct {
	frame
	Page any
}

// stuckAfter is how long an alert may wait before every page says so.
const stuckAfter = 2 * time.Minute

// show renders a page into memory and only then answers, so that an error half-way is still an error page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, name string, f frame, page any) error {
	f.Lang, f.Person, f.Now = s.language(r), personOf(r), time.Now()
	f.Path, f.Section = r.URL.RequestURI(), "/"+strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)[0]
	if r.Method != http.MethodGet {
		f.Path = "/"
	}
	f.Notice = s.takeNotice(w, r)
	if f.Person.ID != 0 {
		if err := s.surroundings(r, &f); err != nil {
			if status < 500 {
				return err
			}
			s.log.Error("the frame of an error page failed", "error", err)
		}
	}
	t, ok := s.pages[f.Lang][name]
	if !ok {
		return fmt.Errorf("there is no page %q", name)
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "layout", view{f, page}); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := out.WriteTo(w)
	return ignoreGone(err)
}

// ignoreGone forgets that a browser went away while it was being answered.
func ignoreGone(error) error { return nil }

// surroundings counts what waits for a person, and looks whether alerts get out.
func (s *Server) surroundings(r *http.Request, f *frame) error {
	offered, err := s.offered(r)
	if err != nil {
		return err
	}
	live, err := s.incidents(r, notify.Filter{Live: true})
	if err != nil {
		return err
	}
	out, err := s.desk.Outbox(r.Context())
	if err != nil {
		return fmt.Errorf("look at the outbox: %w", err)
	}
	behind, err := s.stalled(r.Context())
	if err != nil {
		return err
	}
	if f.Troubles, f.Stall, err = s.troubles(r, behind); err != nil {
		return err
	}
	f.Waiting, f.Live, f.Silent = len(offered), len(live), !out.Configured
	if !out.OldestPending.IsZero() && f.Now.Sub(out.OldestPending) > stuckAfter {
		f.StuckFor, f.Stuck = f.Now.Sub(out.OldestPending), out.LastError
	}
	return nil
}

// parsePages parses every template once per language. The templates are part of the program, so a broken one is a panic.
func parsePages() pages {
	out := pages{}
	for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
		base := template.Must(template.New("").Funcs(functions(lang)).ParseFS(templates, "templates/layout.html", "templates/parts.html"))
		out[lang] = map[string]*template.Template{}
		files, err := fs.Glob(templates, "templates/*.html")
		if err != nil {
			panic(err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(path.Base(file), ".html")
			if name != "layout" && name != "parts" {
				out[lang][name] = template.Must(template.Must(base.Clone()).ParseFS(templates, file))
			}
		}
	}
	return out
}

func serveStatic(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "private, max-age=300")
	http.FileServerFS(static).ServeHTTP(w, r)
}
