package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestLoadConfig(t *testing.T) {
	dir := t.TempDir()
	file := func(text string) string {
		name := filepath.Join(dir, "canhcong.toml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	tests := []struct {
		name, file string
		env        environment
		have       func(c config) string
		want       string // of have, or in the error
	}{
		{"defaults", "", nil, func(c config) string { return c.Data + c.Listen + c.Language }, "data127.0.0.1:8080vi"},
		{"a file", `data = "/srv/canhcong"`, nil, func(c config) string { return c.Data }, "/srv/canhcong"},
		{"the environment wins", `data = "a"`, environment{"CANHCONG_DATA": "b"}, func(c config) string { return c.Data }, "b"},
		{"a table's key", "", environment{"CANHCONG_TELEGRAM_CHAT": "-100"}, func(c config) string { return c.Telegram.Chat }, "-100"},
		{"a budget", "[storage]\nbudget = \"500 MB\"", nil, func(c config) string { return c.Storage.Budget }, "500 MB"},
		{"hosts", "", environment{"CANHCONG_HOSTS": "a.gov.vn=127.0.0.1:81, *.b.gov.vn=10.0.0.1"}, func(c config) string { return c.Hosts["a.gov.vn"] + c.Hosts["*.b.gov.vn"] }, "127.0.0.1:8110.0.0.1"},
		{"another browser", "", environment{"CHROME": "/opt/chrome"}, func(c config) string { return c.Chrome.Path }, "/opt/chrome"},
		{"a number", "", environment{"CANHCONG_MAIL_PORT": "2525"}, func(c config) string { return strconv.Itoa(c.Mail.Port) }, "2525"},
		{"a webhook of the file", "[webhook.sms]\nurl = \"http://a\"\nheaders = {X-Key = \"/etc/key\"}", environment{"CANHCONG_WEBHOOK_SMS_TO": "0000000000"},
			func(c config) string { w := c.Webhook["sms"]; return w.URL + w.Headers["X-Key"] + w.To }, "http://a/etc/key0000000000"},
		{"a webhook of the environment", "", environment{"CANHCONG_WEBHOOK": "sms, zalo", "CANHCONG_WEBHOOK_ZALO_URL": "http://z", "CANHCONG_WEBHOOK_ZALO_SECRETS": "key=/etc/k"},
			func(c config) string {
				return fmt.Sprint(len(c.Webhook)) + c.Webhook["zalo"].URL + c.Webhook["zalo"].Secrets["key"]
			}, "2http://z/etc/k"},
		{"one address", "[telegram]\napi_base = \"http://a\"", nil, func(c config) string { return strings.Join(c.Telegram.APIBases, " ") }, "http://a"},
		{"two addresses", "[telegram]\napi_base = [\"http://a\", \"http://b\"]", nil, func(c config) string { return strings.Join(c.Telegram.APIBases, " ") }, "http://a http://b"},
		{"two addresses of the environment", "", environment{"CANHCONG_TELEGRAM_API_BASE": "http://a,http://b"}, func(c config) string { return strings.Join(c.Telegram.APIBases, " ") }, "http://a http://b"},
		{"no address", "[telegram]\napi_base = 7", nil, nil, "7 is not an address"},
		{"no number", "", environment{"CANHCONG_MAIL_PORT": "smtp"}, nil, "CANHCONG_MAIL_PORT"},
		{"a password in the file", "[mail]\npassword = \"x\"", nil, nil, `unknown key "mail.password"`},
		{"an unknown key", `dat = "x"`, nil, nil, `unknown key "dat"`},
		{"a token in the file", "[telegram]\ntoken = \"x\"", nil, nil, `unknown key "telegram.token"`},
		{"neither true nor false", "", environment{"CANHCONG_CHROME_NO_SANDBOX": "yes please"}, nil, "CANHCONG_CHROME_NO_SANDBOX"},
		{"broken hosts", "", environment{"CANHCONG_HOSTS": "a.gov.vn"}, nil, "name=value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := ""
			if tt.file != "" {
				name = file(tt.file)
			}
			c, err := loadConfig(name, tt.env.get)
			if tt.have == nil {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("have error %v, want one with %q", err, tt.want)
				}
				return
			}
			if err != nil || tt.have(c) != tt.want {
				t.Errorf("have %q (%v), want %q", tt.have(c), err, tt.want)
			}
		})
	}
	if _, err := loadConfig(filepath.Join(dir, "khong-co.toml"), environment{}.get); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("a missing file: have error %v", err)
	}
}

func TestTelegramTokenFromAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(name, []byte("123456:ABC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config{Telegram: telegramConfig{TokenFile: name}}
	if token, err := c.telegramToken(); err != nil || token != "123456:ABC" {
		t.Errorf("have %q (%v)", token, err)
	}
}

func TestLogTakesOutTokens(t *testing.T) {
	var b bytes.Buffer
	token := "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
	newLog(&b).Error("send", "error", "Post https://api.telegram.org/bot"+token+"/sendMessage: refused", "plain", token)
	if strings.Contains(b.String(), token) || !strings.Contains(b.String(), "refused") {
		t.Errorf("have %s", b.String())
	}
}

func TestListenStaysOnThisMachine(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "canhcong", "example.com:80"} {
		if l, err := listen(address); err == nil {
			l.Close()
			t.Errorf("listen(%q) opened a port, want a refusal", address)
		}
	}
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := listen(l.Addr().String()); err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("a taken port: have error %v, want advice", err)
	}
}

func TestTheDataDirectoryHasOneMonitor(t *testing.T) {
	dir := t.TempDir()
	var first, second house
	if err := first.lockData(dir); err != nil {
		t.Fatal(err)
	}
	if err := second.lockData(dir); err == nil || !strings.Contains(err.Error(), "already watching") {
		t.Errorf("a second monitor: have error %v", err)
	}
	first.unlock()
	if err := second.lockData(dir); err != nil {
		t.Errorf("after the first ended: %v", err)
	}
	second.unlock()
}

func TestBaselineKeyIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	first, err := baselineKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := baselineKey(dir)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the second read gave another key (%v)", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "baseline.key"), []byte("hỏng"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := baselineKey(dir); err == nil {
		t.Error("a broken key was accepted")
	}
}

func TestRunExplainsItself(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"version"}} {
		var out output
		if err := run(t.Context(), args, environment{}.get, &out); err != nil || out.String() == "" {
			t.Errorf("%v: have %q (%v)", args, out.String(), err)
		}
	}
	for _, args := range [][]string{{}, {"nonsense"}, {"check"}, {"--lang", "fr", "version"}} {
		var out output
		if err := run(t.Context(), args, environment{}.get, &out); err == nil {
			t.Errorf("%v: have no error", args)
		}
	}
}
