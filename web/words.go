package web

import (
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"canhcong/targets"
)

// catalogue is every word of the console: a line for each key, then Vietnamese, then English, separated by tabs.
//
//go:embed words.tsv
var catalogue string

var words = readCatalogue(catalogue)

// readCatalogue panics over a malformed line: the catalogue is part of the program.
func readCatalogue(text string) map[string][2]string {
	out := map[string][2]string{}
	for n, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 || fields[1] == "" || fields[2] == "" {
			panic(fmt.Sprintf("words.tsv:%d: want key, Vietnamese and English between tabs: %q", n+1, line))
		}
		if _, twice := out[fields[0]]; twice {
			panic(fmt.Sprintf("words.tsv:%d: the key %q is there already", n+1, fields[0]))
		}
		out[fields[0]] = [2]string{fields[1], fields[2]}
	}
	return out
}

// say returns the words of a key. A key that is missing shows itself.
func say(lang targets.Language, key string, args ...any) string {
	both, ok := words[key]
	if !ok {
		return "⟨" + key + "⟩"
	}
	text := both[0]
	if lang == targets.English {
		text = both[1]
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

const languageCookie = "canhcong_language"

// language returns the language of a request: the one chosen in this browser, else the person's, else Vietnamese.
func (s *Server) language(r *http.Request) targets.Language {
	if c, err := r.Cookie(languageCookie); err == nil {
		if lang := targets.Language(c.Value); lang == targets.Vietnamese || lang == targets.English {
			return lang
		}
	}
	if personOf(r).Language == targets.English {
		return targets.English
	}
	return targets.Vietnamese
}

// switchLanguage keeps a choice of language and returns to where it was made.
func (s *Server) switchLanguage(w http.ResponseWriter, r *http.Request) error {
	lang := targets.Vietnamese
	if r.PostFormValue("language") == string(targets.English) {
		lang = targets.English
	}
	if p := personOf(r); p.ID != 0 {
		if err := s.desk.SetLanguage(r.Context(), p.ID, lang); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: string(lang), Path: "/", MaxAge: int(365 * 24 * time.Hour / time.Second),
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
	return nil
}

const noticeCookie = "canhcong_notice"

// goTo answers a change with the page to look at next, which will say what was done.
func (s *Server) goTo(w http.ResponseWriter, r *http.Request, path, notice string) error {
	http.SetCookie(w, &http.Cookie{Name: noticeCookie, Value: notice, Path: "/", MaxAge: 60, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// takeNotice returns the notice left by goTo, once. It is a key of the catalogue, so a forged cookie can say nothing new.
func (s *Server) takeNotice(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(noticeCookie)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: noticeCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	if _, ok := words[c.Value]; !ok || !strings.HasPrefix(c.Value, "notice.") {
		return ""
	}
	return c.Value
}
