package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"canhcong/notify"
)

// line is a channel that carries everything until it is cut.
type line struct{ cut error }

func (l *line) Send(context.Context, notify.Message) (notify.Receipt, error) {
	return notify.Receipt{ID: "1"}, l.cut
}

// TestSharedAddressOnTheConsole tries an address that people share by hand: the result stays beside it.
func TestSharedAddressOnTheConsole(t *testing.T) {
	chat := &line{}
	h := newHouse(t, notify.Channel{Name: "telegram", Sender: chat, Recipient: "-100111"})
	h.person("quantri", notify.Admin, 0)
	h.person("truca", notify.Duty, 0)
	shows := func(when string, words ...string) {
		t.Helper()
		body := h.get("quantri", "/people").Body.String()
		for _, want := range words {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %q", when, want)
			}
		}
	}
	shows("before", "-100111", say("vi", "person.unproven"))
	for _, c := range []struct {
		login, to string
		cut       error
		want      int
		shows     string
	}{
		{"truca", "-100111", nil, http.StatusForbidden, say("vi", "person.unproven")},
		{"quantri", "-100222", nil, http.StatusUnprocessableEntity, say("vi", "person.unproven")},
		{"quantri", "-100111", errors.New("bot was kicked"), http.StatusSeeOther, "KHÔNG gửi được: bot was kicked"},
		{"quantri", "-100111", nil, http.StatusSeeOther, ": đã tới"},
	} {
		chat.cut = c.cut
		if w := h.post(c.login, "/channels/test", "channel", "telegram", "recipient", c.to); w.Code != c.want {
			t.Errorf("%s tests %s: have %d, want %d", c.login, c.to, w.Code, c.want)
		}
		shows(c.login+" tests "+c.to, c.shows)
	}
	_, err := h.registry.DB().Write.Exec(`INSERT INTO notices (kind, since, detail, sites) VALUES ('channel:telegram/-100111', 1, 'kicked', 0)`)
	must(t, err)
	_, err = h.registry.DB().Write.Exec(`INSERT INTO alerts (about_kind, about_id, kind, channel, recipient, dedupe, created_at, not_before)
		VALUES ('notice', 1, 'opened', 'telegram', '-100111', 'x', 1, 1)`)
	must(t, err)
	shows("in trouble", "kicked", "1 tin đang chờ gửi")
	if body := h.get("quantri", "/audit").Body.String(); strings.Count(body, say("vi", "audit.action.channel.test")) != 2 {
		t.Error("the audit log does not tell who tested what")
	}
}
