package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
)

const password = "một câu dài dễ nhớ"

// TestFirstLogin goes the way of the first administrator: a code, a password, a session; and the code counts once.
func TestFirstLogin(t *testing.T) {
	h := newHouse(t)
	old, ok, err := h.console.FirstLogin(t.Context())
	must(t, err)
	code, ok2, err := h.console.FirstLogin(t.Context())
	must(t, err)
	if !ok || !ok2 {
		t.Fatalf("FirstLogin: have ok %v and %v, want true: nobody has a password", ok, ok2)
	}
	if w := h.get("", "/first-login?code="+old); !strings.Contains(w.Body.String(), say("vi", "first.badcode")) {
		t.Error("an older code still counts after a newer one was given")
	}
	if w := h.get("", "/first-login?code="+code); !strings.Contains(w.Body.String(), say("vi", "first.hello", "admin")) {
		t.Errorf("the page of a good code does not greet admin:\n%s", w.Body)
	}
	for _, bad := range [][2]string{{"ngắn quá", "ngắn quá"}, {strings.Repeat("dài", 50), strings.Repeat("dài", 50)}, {password, password + "!"}, {"aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"}} {
		if w := h.post("", "/first-login", "code", code, "password", bad[0], "again", bad[1]); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("password %q: have %d, want 422", bad[0], w.Code)
		}
	}
	w := h.post("", "/first-login", "code", strings.ToLower(strings.ReplaceAll(code, "-", " ")), "password", password, "again", password)
	cookie := sessionCookie(w)
	if w.Code != http.StatusSeeOther || cookie == nil {
		t.Fatalf("choose a password: have %d and cookie %v, want 303 and a session", w.Code, cookie)
	}
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Errorf("have cookie %+v, want HttpOnly, Lax, /", cookie)
	}
	h.cookies["admin"] = cookie
	if w := h.get("admin", "/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), say("vi", "wall.empty")) {
		t.Errorf("the wall after the first login: have %d, want 200 and how to begin", w.Code)
	}
	if w := h.post("", "/first-login", "code", code, "password", password, "again", password); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("the code a second time: have %d, want 422", w.Code)
	}
	if _, ok, err := h.console.FirstLogin(t.Context()); ok || err != nil {
		t.Errorf("FirstLogin once an admin has a password: have %v, %v, want false", ok, err)
	}
	loginAndOut(t, h, cookie)
}

func loginAndOut(t *testing.T, h *house, old *http.Cookie) {
	for _, bad := range [][2]string{{"admin", "mật khẩu khác"}, {"nobody", password}} {
		w := h.post("", "/login", "login", bad[0], "password", bad[1])
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), say("vi", "login.wrong")) {
			t.Errorf("login as %s: have %d, want 401 in the same words", bad[0], w.Code)
		}
	}
	// The same password, decomposed as some keyboards send it.
	w := h.post("", "/login", "login", " Admin ", "password", decomposed(password), "next", "/incidents")
	if have := w.Header().Get("Location"); w.Code != http.StatusSeeOther || have != "/incidents" {
		t.Fatalf("login: have %d to %q, want 303 to /incidents", w.Code, have)
	}
	fresh := sessionCookie(w)
	if fresh == nil || fresh.Value == old.Value {
		t.Fatal("a login did not make a new session")
	}
	h.cookies["again"] = fresh
	if w := h.post("again", "/logout"); w.Code != http.StatusSeeOther {
		t.Errorf("logout: have %d, want 303", w.Code)
	}
	if w := h.get("again", "/"); w.Code != http.StatusSeeOther {
		t.Errorf("after the logout: have %d, want 303 to the login", w.Code)
	}
	var stored int
	must(t, h.console.store.db.Read.QueryRow(`SELECT count(*) FROM sessions WHERE token_hash = ?`, old.Value).Scan(&stored))
	if stored != 0 {
		t.Error("the cookie itself is stored")
	}
	log, err := h.console.store.entries(t.Context(), 0, 20)
	must(t, err)
	var actions []string
	for _, e := range log {
		actions = append(actions, e.Action)
	}
	if have, want := strings.Join(actions, " "), "logout login login.failed login.failed login password.chosen"; have != want {
		t.Errorf("audit log\nhave %s\nwant %s", have, want)
	}
}

// decomposed writes ộ as o and two marks.
func decomposed(s string) string {
	return strings.NewReplacer("ộ", "o\u0323\u0302", "â", "a\u0302", "à", "a\u0300", "ễ", "e\u0302\u0303", "ớ", "o\u031b\u0301").Replace(s)
}

func sessionCookie(w *httptest.ResponseRecorder) *http.Cookie {
	for _, c := range w.Result().Cookies() {
		if c.Name == "canhcong" && c.Value != "" {
			return c
		}
	}
	return nil
}

func TestCodeExpires(t *testing.T) {
	h := newHouse(t)
	p := h.person("truc", notify.Duty, 0)
	code, hash := newCode()
	now := time.Now()
	must(t, h.console.store.setCode(t.Context(), p.ID, hash, now.Add(-time.Second), now))
	if w := h.post("", "/first-login", "code", code, "password", password, "again", password); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an expired code: have %d, want 422", w.Code)
	}
	if w := h.get("truc", "/"); w.Code != http.StatusSeeOther {
		t.Errorf("the session after a new code was given: have %d, want 303 to the login", w.Code)
	}
}

func TestSessionsEnd(t *testing.T) {
	h := newHouse(t)
	p := h.person("truc", notify.Duty, 0)
	now := time.Now()
	for _, c := range []struct {
		name          string
		used, expires time.Time
		want          int
	}{
		{"fresh", now, now.Add(time.Hour), http.StatusOK},
		{"idle", now.Add(-sessionIdle - time.Minute), now.Add(time.Hour), http.StatusSeeOther},
		{"too old", now, now.Add(-time.Second), http.StatusSeeOther},
	} {
		token, hash := newToken()
		must(t, h.console.store.openSession(t.Context(), hash, p.ID, c.used, c.expires))
		h.cookies[c.name] = &http.Cookie{Name: "canhcong", Value: token}
		if w := h.get(c.name, "/"); w.Code != c.want {
			t.Errorf("%s session: have %d, want %d", c.name, w.Code, c.want)
		}
	}
}

// TestThrottle checks the waits without hashing anything.
func TestThrottle(t *testing.T) {
	th, now := newThrottle(3), time.Now()
	for n := range 3 {
		if wait := th.begin("admin 192.0.2.0/24", now); wait != 0 {
			t.Fatalf("try %d: have to wait %v, want none", n+1, wait)
		}
	}
	want := []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 300, 300}
	for n, seconds := range want {
		if wait := th.begin("admin 192.0.2.0/24", now); wait != 0 {
			t.Fatalf("try %d after its wait: have to wait %v, want none", n+4, wait)
		}
		if wait := th.begin("admin 192.0.2.0/24", now); wait != seconds*time.Second {
			t.Errorf("after try %d: have %v, want %v", n+4, wait, seconds*time.Second)
		}
		now = now.Add(seconds * time.Second)
	}
	if wait := th.begin("admin 198.51.100.0/24", now); wait != 0 {
		t.Errorf("the same account from another network: have to wait %v, want none", wait)
	}
	if wait := th.begin("admin 192.0.2.0/24", now.Add(2*triesKept)); wait != 0 {
		t.Errorf("an hour later: have to wait %v, want none", wait)
	}
}

func TestLoginIsDelayed(t *testing.T) {
	h := newHouse(t)
	now := time.Now()
	for range 5 {
		h.console.people.begin("admin 192.0.2.0/24", now)
	}
	w := h.post("", "/login", "login", "admin", "password", password) // httptest asks from 192.0.2.1
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("too early: have %d, Retry-After %q, want 429 and a wait", w.Code, w.Header().Get("Retry-After"))
	}
	if w := h.post("", "/login", "login", "other", "password", password); w.Code != http.StatusUnauthorized {
		t.Errorf("another account: have %d, want 401", w.Code)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{"/": "/", "/sites/3?page=2": "/sites/3?page=2", "": "/", "//evil.example": "/", "https://evil.example": "/",
		"/\\evil.example": "/", "/\tevil": "/", "evil": "/", "javascript:alert(1)": "/"} {
		if have := localPath(in); have != want {
			t.Errorf("localPath(%q): have %q, want %q", in, have, want)
		}
	}
}
