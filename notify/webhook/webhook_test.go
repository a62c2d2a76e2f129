package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/notify/webhook"
)

const canary = "canary-7f3d"

var urgent = notify.Message{
	Recipient: "0000000000", Title: "🔴 KHẨN: “\"</script>\\", Body: "dòng một\n\tdòng hai", Severity: notify.Critical,
	Short: "KHAN 02:07 06/02: nghi thay doi giao dien phuongvidu.tinhmau.gov.vn SC-2027-0012.",
}

// gateway is what receives messages, and what it answers.
type gateway struct {
	*httptest.Server
	answer http.HandlerFunc

	mu     sync.Mutex
	bodies []string
	heads  []http.Header
}

func openGateway(t *testing.T, answer http.HandlerFunc) *gateway {
	g := &gateway{answer: answer}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.mu.Lock()
		g.bodies, g.heads = append(g.bodies, string(body)), append(g.heads, r.Header)
		g.mu.Unlock()
		if g.answer != nil {
			g.answer(w, r)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) received() ([]string, []http.Header) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.bodies, g.heads
}

func sender(t *testing.T, c webhook.Config) *webhook.Sender {
	t.Helper()
	s, err := webhook.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSignedMessage(t *testing.T) {
	g := openGateway(t, nil)
	s := sender(t, webhook.Config{URL: g.URL, Secret: canary, Headers: map[string]string{"X-Api-Key": canary}})
	if _, err := s.Send(t.Context(), urgent); err != nil {
		t.Fatal(err)
	}
	bodies, heads := g.received()
	var have map[string]any
	if err := json.Unmarshal([]byte(bodies[0]), &have); err != nil {
		t.Fatal(err)
	}
	if have["to"] != urgent.Recipient || have["title"] != urgent.Title || have["body"] != urgent.Body || have["short"] != urgent.Short || have["severity"] != "critical" {
		t.Errorf("have %v", have)
	}
	stamp := heads[0].Get(webhook.TimestampHeader)
	mac := hmac.New(sha256.New, []byte(canary))
	mac.Write([]byte(stamp + "." + bodies[0]))
	if have, want := heads[0].Get(webhook.SignatureHeader), "sha256="+hex.EncodeToString(mac.Sum(nil)); have != want {
		t.Errorf("have the signature %s, want %s", have, want)
	}
	if seconds, err := strconv.ParseInt(stamp, 10, 64); err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute {
		t.Errorf("have the time %s", stamp)
	}
	if heads[0].Get("X-Api-Key") != canary || !strings.HasPrefix(heads[0].Get("Content-Type"), "application/json") {
		t.Errorf("have %v", heads[0])
	}
}

// The templates of the README.
func TestTemplates(t *testing.T) {
	secrets := map[string]string{"api_key": canary}
	for name, tt := range map[string]struct{ template, want string }{
		"sms":        {`{"ApiKey":{{json .Secrets.api_key}},"Phone":{{json .To}},"Content":{{json .Short}}}`, `{"ApiKey":"canary-7f3d","Phone":"0000000000","Content":"` + urgent.Short + `"}`},
		"mattermost": {`{"channel":{{json .To}},"text":{{json (print "**" .Title "**\n" .Body)}}}`, `{"channel":"0000000000","text":"**🔴 KHẨN: “\"</script>\\**\ndòng một\n\tdòng hai"}`},
	} {
		t.Run(name, func(t *testing.T) {
			g := openGateway(t, nil)
			if _, err := sender(t, webhook.Config{URL: g.URL, Template: tt.template, Secrets: secrets}).Send(t.Context(), urgent); err != nil {
				t.Fatal(err)
			}
			if bodies, _ := g.received(); len(bodies) != 1 || bodies[0] != tt.want {
				t.Errorf("have %s, want %s", bodies, tt.want)
			}
		})
	}
}

func TestPicturesGoWhereTheTemplateHasAPlaceForThem(t *testing.T) {
	picture := notify.Message{Recipient: "0", Title: "Đã duyệt | Hiện tại", Picture: []byte("\x89PNG")}
	g := openGateway(t, nil)
	if _, err := sender(t, webhook.Config{URL: g.URL}).Send(t.Context(), picture); err != nil {
		t.Fatal(err)
	}
	if bodies, _ := g.received(); len(bodies) != 0 {
		t.Errorf("have %s, want nothing: there is no place for a picture", bodies)
	}
	if _, err := sender(t, webhook.Config{URL: g.URL, Template: `{"png":{{json .Picture}}}`}).Send(t.Context(), picture); err != nil {
		t.Fatal(err)
	}
	if bodies, _ := g.received(); len(bodies) != 1 || bodies[0] != `{"png":"`+base64.StdEncoding.EncodeToString(picture.Picture)+`"}` {
		t.Errorf("have %s", bodies)
	}
}

// outcome is what an error means to the outbox.
func outcome(err error) string {
	var wait *notify.RetryAfterError
	var refused *notify.RefusedError
	var unreachable *notify.UnreachableError
	switch {
	case err == nil:
		return "sent"
	case errors.As(err, &wait):
		return "wait " + wait.After.Round(time.Second).String()
	case errors.As(err, &unreachable) && unreachable.Whole:
		return "unreachable, all"
	case errors.As(err, &unreachable):
		return "unreachable"
	case errors.As(err, &refused):
		return "refused"
	case errors.Is(err, notify.ErrNotSent):
		return "not sent"
	default:
		return "unknown"
	}
}

func TestAnswersAndWhatTheyMean(t *testing.T) {
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "you said "+r.URL.RequestURI()+" "+r.Header.Get("X-Api-Key")+strings.Repeat(" x", 500))
		}
	}
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		expect string
		want   string
	}{
		{"200", status(200), "", "sent"},
		{"204", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, "", "sent"},
		{"200, as expected", says(`{"CodeResult":"100"}`), `"CodeResult":"100"`, "sent"},
		{"200 that means no", says(`{"CodeResult":"103","ErrorMessage":"Balance not enough"}`), `"CodeResult":"100"`, "not sent"},
		{"captive portal", says(`<html>Xin chào! Vui lòng đăng nhập Wi-Fi</html>`), `"CodeResult":"100"`, "not sent"},
		{"302", status(302, "Location", "/elsewhere"), "", "unreachable, all"},
		{"400", status(400), "", "refused"},
		{"401", status(401), "", "unreachable, all"},
		{"403", status(403), "", "unreachable"},
		{"404", status(404), "", "unreachable, all"},
		{"408", status(408), "", "not sent"},
		{"413", status(413), "", "refused"},
		{"429", status(429, "Retry-After", "17"), "", "wait 17s"},
		{"429 without a number", status(429), "", "wait 30s"},
		{"429 for ever", status(429, "Retry-After", "9999999"), "", "wait 15m0s"},
		{"500", status(500), "", "unknown"},
		{"503", status(503), "", "unknown"},
		{"503 with a number", status(503, "Retry-After", "5"), "", "wait 5s"},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "", "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := openGateway(t, tt.answer)
			s := sender(t, webhook.Config{URL: g.URL + "/hooks/" + canary + "?key=" + canary, Expect: tt.expect, Secret: canary, Headers: map[string]string{"X-Api-Key": canary}})
			_, err := s.Send(t.Context(), urgent)
			if have := outcome(err); have != tt.want {
				t.Errorf("have %s (%v), want %s", have, err, tt.want)
			}
			if bodies, _ := g.received(); len(bodies) != 1 {
				t.Errorf("have %d requests, want one: no redirect is followed, nothing repeated", len(bodies))
			}
			if err != nil && (strings.Contains(err.Error(), canary) || len(err.Error()) > 400) {
				t.Errorf("the error holds a secret, or all of the answer: %v", err)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	for name, c := range map[string]webhook.Config{
		"server": {URL: "http://" + address + "/" + canary},
		"proxy":  {URL: "http://tinhmau.gov.vn/" + canary, Proxy: "http://u:" + canary + "@" + address},
		"socks":  {URL: "http://tinhmau.gov.vn/" + canary, Proxy: "socks5://u:" + canary + "@" + address},
	} {
		_, err := sender(t, c).Send(t.Context(), urgent)
		if outcome(err) != "not sent" || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: have %s (%v), want it certainly not sent, and no secret", name, outcome(err), err)
		}
	}
}

func TestThroughAProxy(t *testing.T) {
	proxy := openGateway(t, nil)
	if _, err := sender(t, webhook.Config{URL: "http://sms.tinhmau.gov.vn/gui", Proxy: proxy.URL}).Send(t.Context(), urgent); err != nil {
		t.Fatal(err)
	}
	if bodies, _ := proxy.received(); len(bodies) != 1 {
		t.Errorf("the proxy has %d requests, want one", len(bodies))
	}
}

func TestNewRefuses(t *testing.T) {
	for want, c := range map[string]webhook.Config{
		"not an http or https address": {URL: "ftp://" + canary},
		"read the template":            {URL: "http://127.0.0.1", Template: "{{json .Title"},
		"no valid JSON":                {URL: "http://127.0.0.1", Template: `{"text":"{{.Title}}"}`},
		"does not fit":                 {URL: "http://127.0.0.1", Template: `{"key":{{json .Secrets.missing}}}`},
		"proxy":                        {URL: "http://127.0.0.1", Proxy: canary},
	} {
		if _, err := webhook.New(c); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), canary) {
			t.Errorf("have %v, want %q", err, want)
		}
	}
}
