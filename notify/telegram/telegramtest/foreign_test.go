package telegramtest_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/notify/telegram/telegramtest"
)

// TestForeignClient has a bot made with npm's grammy drive the server, and looks at both ends (make peers).
func TestForeignClient(t *testing.T) {
	folder := os.Getenv("TELEGRAM_PEERS")
	if folder == "" {
		t.Skip("make peers runs it")
	}
	server := telegramtest.New(t)
	server.Script(telegramtest.Answer{Chat: "429", Code: 429, Description: "Too Many Requests: retry after 7", RetryAfter: 7},
		telegramtest.Answer{Chat: "-55", Code: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -100777})
	bot := exec.CommandContext(t.Context(), "node", "../../../.ci/peers/grammy.mjs", folder, server.URL, telegramtest.Token, "-1001234567890")
	bot.Stderr = os.Stderr
	out, err := bot.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != `"polling"` {
		t.Fatalf("have %q, want it to begin to poll", lines.Text())
	}
	person := telegramtest.User{ID: 4711, Name: "Trực A"}
	server.Say(person.ID, person, "/start ABCD2345")
	server.Press(server.Messages()[0], person, "nhan")
	server.Migrate(-66, -1000000000066, person)
	server.WaitAnswers(1, time.Minute)
	server.Member(-1001234567890, person, "member", "kicked")

	var met struct {
		Me, Text, Edited string
		Errors, Heard    []string
	}
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &met) != nil {
		t.Fatalf("have %q, want what it met", lines.Text())
	}
	if err := bot.Wait(); err != nil {
		t.Error(err)
	}
	if met.Me != "canhcong_bot" || met.Text != "KHẨN <thử>" || met.Edited != "đã nhận" {
		t.Errorf("have %+v", met)
	}
	for n, want := range []string{"400 Bad Request: can't parse entities: Unsupported start tag", "400 Bad Request: message is too long",
		`429 Too Many Requests: retry after 7 {"retry_after":7}`, `{"migrate_to_chat_id":-100777}`} {
		if n >= len(met.Errors) || !strings.Contains(met.Errors[n], want) {
			t.Errorf("have errors %q, want the %d. to be %s", met.Errors, n+1, want)
		}
	}
	if want := []string{"start ABCD2345", "press nhan under đã nhận", "moved -66 -1000000000066", "member kicked"}; !slices.Equal(met.Heard, want) {
		t.Errorf("it heard %q, want %q", met.Heard, want)
	}
	checkForeign(t, server)
}

// checkForeign looks at what the foreign client left in the chats.
func checkForeign(t *testing.T, server *telegramtest.Server) {
	t.Helper()
	have := server.Messages()
	if len(have) != 4 || have[0].Edits != 1 || have[0].Buttons != nil || server.Pinned(have[0].Chat) != have[0].ID || have[1].ReplyTo != have[0].ID ||
		have[2].Name != "danh-sach.txt" || have[3].Chat != "4711" {
		t.Errorf("have %v, want a message that was edited and pinned, a picture that replies to it, a list, and a reply", have)
	}
	if answers := server.Answers(); len(answers) != 1 || answers[0].Text != "đã ghi" {
		t.Errorf("have %v, want the press answered", answers)
	}
}
