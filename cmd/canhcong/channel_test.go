package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestChannelCommands tries a gateway that takes everything, a server of topics that knows nobody, and a mail server that is
// not there, with a secret in every place that can hold one.
func TestChannelCommands(t *testing.T) {
	const canary = "canary7f3d"
	var texts []string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		texts = append(texts, string(body))
		_, _ = io.WriteString(w, `{"CodeResult":"100"}`)
	}))
	defer gateway.Close()
	strict := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "who is "+r.Header.Get("Authorization"), http.StatusUnauthorized)
	}))
	defer strict.Close()
	data := t.TempDir()
	file := filepath.Join(data, "secret")
	if err := os.WriteFile(file, []byte(canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := environment{
		"CANHCONG_WEBHOOK": "sms", "CANHCONG_WEBHOOK_SMS_URL": gateway.URL + "/" + canary, "CANHCONG_WEBHOOK_SMS_TO": "0000000000",
		"CANHCONG_WEBHOOK_SMS_SECRET_FILE": file, "CANHCONG_WEBHOOK_SMS_HEADERS": "X-Api-Key=" + file, "CANHCONG_WEBHOOK_SMS_EXPECT": `"100"`,
		"CANHCONG_WEBHOOK_SMS_TEMPLATE": `{"Phone":{{json .To}},"Content":{{json .Short}}}`,
		"CANHCONG_NTFY_SERVER":          strict.URL, "CANHCONG_NTFY_TOKEN_FILE": file, "CANHCONG_NTFY_TOPIC": "canh-cong",
		"CANHCONG_MAIL_SERVER": "127.0.0.1", "CANHCONG_MAIL_PORT": "1", "CANHCONG_MAIL_TLS": "none", "CANHCONG_MAIL_FROM": "canhcong@tinhmau.gov.vn",
		"CANHCONG_MAIL_USERNAME": "u", "CANHCONG_MAIL_PASSWORD_FILE": file,
	}
	canhcong := func(args ...string) (string, error) {
		t.Helper()
		var out strings.Builder
		err := run(t.Context(), append([]string{"--data", data}, args...), env.get, &out)
		if strings.Contains(out.String(), canary) || err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%v says a secret: %s %v", args, out.String(), err)
		}
		return out.String(), err
	}
	if out, err := canhcong("channel", "test", "webhook.sms"); err != nil || !strings.Contains(out, "webhook.sms → 0000000000: đã gửi tới") {
		t.Errorf("have %q (%v)", out, err)
	}
	if len(texts) != 1 || !strings.HasPrefix(texts[0], `{"Phone":"0000000000","Content":"KIEM TRA KENH: tin da toi `) {
		t.Errorf("have %q", texts)
	}
	out, err := canhcong("channel", "test")
	if exit, ok := errors.AsType[exitError](err); !ok || exit.code != 1 || strings.Contains(out, "mail") || !strings.Contains(out, "ntfy → canh-cong: KHÔNG gửi được") {
		t.Errorf("have %q (%v), want those with a shared address tested, and exit code 1", out, err)
	}
	if out, err := canhcong("channel", "test", "mail", "--to", "truc@tinhmau.gov.vn"); err == nil || !strings.Contains(out, "refused") {
		t.Errorf("have %q (%v), want the reason", out, err)
	}
	out, err = canhcong("channel", "list")
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, out, "mail", "webhook.sms", "0000000000", " ok", "ntfy", "canh-cong", "HTTP 401")
	for _, wrong := range [][]string{{"channel", "test", "zalo"}, {"channel", "test", "--to", "x"}, {"channel", "test", "mail"}} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}

// TestTelegramChatIsANumber refuses the public name of a chat, where buttons and commands would do nothing.
func TestTelegramChatIsANumber(t *testing.T) {
	for chat, ok := range map[string]bool{"-1001234567890": true, "-1001234567890:17": true, "4711": true, "@canhcong": false, "-100 123": false, "-1001234567890:": false} {
		canhcong, _ := commands(t, t.TempDir(), environment{"CANHCONG_TELEGRAM_TOKEN": "1:AAtest-canary", "CANHCONG_TELEGRAM_CHAT": chat})
		out, err := canhcong("channel", "list")
		if refused := err != nil && strings.Contains(err.Error(), "not the number of a chat"); refused == ok || ok && !strings.Contains(out, chat) {
			t.Errorf("%q: have %q, %v", chat, out, err)
		}
	}
}
