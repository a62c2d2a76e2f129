package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"

	"canhcong/notify"
	"canhcong/targets"
)

// TestCrossSite sends a change from everywhere it must not come from.
func TestCrossSite(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	for _, c := range []struct {
		name    string
		headers map[string]string
		login   string
		want    int
	}{
		{"own page", map[string]string{"Sec-Fetch-Site": "same-origin"}, "truc", http.StatusSeeOther},
		{"own page, old browser", map[string]string{"Origin": "http://localhost"}, "truc", http.StatusSeeOther},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site"}, "truc", http.StatusForbidden},
		{"a sibling", map[string]string{"Sec-Fetch-Site": "same-site"}, "truc", http.StatusForbidden},
		{"another origin", map[string]string{"Origin": "http://evil.example"}, "truc", http.StatusForbidden},
		{"null origin", map[string]string{"Origin": "null"}, "truc", http.StatusForbidden},
		{"no sign, with a session", nil, "truc", http.StatusForbidden},
		{"no sign, no session", nil, "", http.StatusSeeOther},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/language", strings.NewReader("language=en"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		if w := h.do(c.login, r); w.Code != c.want {
			t.Errorf("%s: have %d, want %d", c.name, w.Code, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	for _, path := range []string{"/login", "/", "/static/style.css", "/nowhere"} {
		have := h.get("truc", path).Header()
		for key, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer"} {
			if have.Get(key) != want {
				t.Errorf("%s: have %s %q, want %q", path, key, have.Get(key), want)
			}
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy %q allows something unsafe", policy)
	}
}

// TestSecure checks what changes when the console is reached over TLS.
func TestSecure(t *testing.T) {
	h := newHouse(t)
	s := New(Options{Registry: h.registry, Archive: h.archive, Judge: h.judge, Desk: h.desk, Hosts: []string{"canhcong.tinhmau.gov.vn"}, Secure: true})
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://canhcong.tinhmau.gov.vn/login", nil))
	if w.Code != http.StatusOK || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("have %d and HSTS %q, want 200 and HSTS", w.Code, w.Header().Get("Strict-Transport-Security"))
	}
	w = httptest.NewRecorder()
	s.setCookie(w, "x", 1)
	if have := w.Header().Get("Set-Cookie"); !strings.HasPrefix(have, "__Host-canhcong=x;") || !strings.Contains(have, "Secure") {
		t.Errorf("have cookie %q, want __Host- and Secure", have)
	}
}

func TestHosts(t *testing.T) {
	h := newHouse(t)
	for host, want := range map[string]int{"localhost": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "LOCALHOST:1": 200, "evil.example": 421, "localhost.evil.example": 421, "": 421} {
		r := httptest.NewRequest(http.MethodGet, "/login", nil)
		r.Host = host
		if w := h.do("", r); w.Code != want {
			t.Errorf("host %q: have %d, want %d", host, w.Code, want)
		}
	}
}

func TestLargeFormsAreRefused(t *testing.T) {
	h := newHouse(t)
	if w := h.post("", "/login", "login", strings.Repeat("x", largestForm)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("have %d, want 413", w.Code)
	}
}

// TestNothingInline keeps templates within the policy: no inline script, style or handler, nothing from elsewhere.
func TestNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:>|\s+[^s])|(?:src|href|action)="(?:https?:)?//`)
	files, err := os.ReadDir("templates")
	must(t, err)
	for _, f := range files {
		text, err := os.ReadFile("templates/" + f.Name())
		must(t, err)
		if found := inline.FindString(string(text)); found != "" {
			t.Errorf("templates/%s: %q", f.Name(), found)
		}
	}
}

// TestWords checks that every key used is in the catalogue and every key in the catalogue takes the same arguments in both
// languages.
func TestWords(t *testing.T) {
	used := regexp.MustCompile(`[({ ]t "([a-z.-]+[a-z])"`)
	files, err := os.ReadDir("templates")
	must(t, err)
	for _, f := range files {
		text, err := os.ReadFile("templates/" + f.Name())
		must(t, err)
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			if _, ok := words[m[1]]; !ok {
				t.Errorf("templates/%s: the catalogue has no %q", f.Name(), m[1])
			}
		}
	}
	verbs := regexp.MustCompile(`%[a-z]`)
	for key, both := range words {
		vi, en := strings.Join(verbs.FindAllString(both[0], -1), ""), strings.Join(verbs.FindAllString(both[1], -1), "")
		if vi != en {
			t.Errorf("%s: Vietnamese takes %q, English %q", key, vi, en)
		}
	}
}

func TestLanguageSwitch(t *testing.T) {
	h := newHouse(t)
	p := h.person("truc", notify.Duty, 0)
	if body := h.get("truc", "/incidents").Body.String(); !strings.Contains(body, `<html lang="vi">`) || !strings.Contains(body, "Sự cố") {
		t.Error("the first language is not Vietnamese")
	}
	w := h.post("truc", "/language", "language", "en", "next", "/incidents")
	if w.Header().Get("Location") != "/incidents" {
		t.Errorf("have %q, want back to /incidents", w.Header().Get("Location"))
	}
	// The cookie of this browser is not sent: the choice is kept on the person as well.
	if body := h.get("truc", "/incidents").Body.String(); !strings.Contains(body, `<html lang="en">`) || !strings.Contains(body, "Incidents") {
		t.Error("the choice of English was not kept on the person")
	}
	if now, err := h.desk.Person(t.Context(), p.ID); err != nil || now.Language != targets.English {
		t.Errorf("have %q, %v, want en", now.Language, err)
	}
}

func TestClientIP(t *testing.T) {
	s := &Server{proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		{"127.0.0.1:1", "", "127.0.0.1"},
		{"127.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:1", "192.0.2.66, 198.51.100.1, 127.0.0.2", "198.51.100.1"},
		{"127.0.0.1:1", "192.0.2.66, nonsense", "127.0.0.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if have := s.clientIP(r); have != c.want {
			t.Errorf("%s forwarded for %q: have %s, want %s", c.peer, c.forwarded, have, c.want)
		}
	}
}

// TestWordsOfCode checks the keys that handlers put together.
func TestWordsOfCode(t *testing.T) {
	recorded := regexp.MustCompile(`record(?:As)?\(r, (?:[a-zA-Z.]+, )?"([a-z.]+)"`)
	named := regexp.MustCompile(`"((?:error|notice|password|people|decide|login|first)\.[a-z]+)"`)
	files, err := os.ReadDir(".")
	must(t, err)
	var want []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		must(t, err)
		for _, m := range recorded.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "approve" || f.Name() == "decide.go" {
				want = append(want, "audit.action."+m[1])
			}
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "login.failed" || m[1] == "password.chosen" {
				continue
			}
			want = append(want, m[1])
			if strings.HasPrefix(m[1], "error.") {
				want = append(want, m[1]+".hint")
			}
		}
	}
	for _, state := range wallStates {
		want = append(want, "overall."+state, "wall.count."+state)
	}
	for _, key := range wallColumnKeys {
		want = append(want, "wall.col."+key)
	}
	for _, reason := range reasons {
		want = append(want, "reason."+reason)
	}
	for _, role := range roles {
		want = append(want, "role."+string(role), "role."+string(role)+".can")
	}
	for _, key := range want {
		if _, ok := words[key]; !ok {
			t.Errorf("the catalogue has no %q", key)
		}
	}
	if len(want) < 80 {
		t.Errorf("only %d keys were found in the code", len(want))
	}
}

// TestHostsAreComparedWithoutCase configures the console's name as people write it.
func TestHostsAreComparedWithoutCase(t *testing.T) {
	h := newHouse(t)
	console := New(Options{Registry: h.registry, Archive: h.archive, Judge: h.judge, Desk: h.desk, Hosts: []string{"CanhCong.tinhmau.gov.vn"}})
	w := httptest.NewRecorder()
	console.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://canhcong.tinhmau.gov.vn/login", nil))
	if w.Code != http.StatusOK {
		t.Errorf("have %d, want 200", w.Code)
	}
}
