package notify

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// chat is a group that keeps what arrives, lets messages be edited, and has a top.
type chat struct {
	mu       sync.Mutex
	messages []Message
	edits    int
	pins     []string
	forbids  bool
}

func (c *chat) Send(_ context.Context, m Message) (Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Replaces && m.ReplyTo != "" && m.ReplyTo == string(rune('a'+len(c.messages)-1)) {
		c.messages[len(c.messages)-1], c.edits = m, c.edits+1
		return Receipt{ID: m.ReplyTo}, nil
	}
	c.messages = append(c.messages, m)
	return Receipt{ID: string(rune('a' + len(c.messages) - 1))}, nil
}

func (c *chat) Pin(_ context.Context, _, receipt string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pins = append(c.pins, receipt); c.forbids {
		return errors.New("not enough rights")
	}
	return nil
}

// last is the newest message, and how things came to it.
func (c *chat) last() (m Message, messages, edits, pins int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.messages) > 0 {
		m = c.messages[len(c.messages)-1]
	}
	return m, len(c.messages), c.edits, len(c.pins)
}

// The board is one message at the top: it comes with the first five minutes, is edited every five, and after a start at once.
func TestBoardIsKeptInItsPlace(t *testing.T) {
	for _, forbids := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			group, mail := &chat{forbids: forbids}, &inbox{}
			o := newOffice(t, Options{Channels: []Channel{
				{Name: "telegram", Sender: group, Recipient: "-1001", Language: targets.Vietnamese}, {Name: "mail", Sender: mail, Recipient: "truc@tinhmau.gov.vn"}}})
			keep := func(during time.Duration) {
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- o.KeepBoards(ctx) }()
				time.Sleep(during)
				stop()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
			want := func(messages, edits, pins int) Message {
				t.Helper()
				m, haveMessages, haveEdits, havePins := group.last()
				if haveMessages != messages || haveEdits != edits || havePins != pins {
					t.Errorf("have %d messages, %d edits and %d pins, want %d, %d and %d", haveMessages, haveEdits, havePins, messages, edits, pins)
				}
				return m
			}
			keep(4 * time.Minute)
			want(0, 0, 0)
			keep(16 * time.Minute)
			m := want(1, 2, 1)
			if begin := "🟢 Bảng trực Canh Cổng – 07:19 thứ Bảy 01/01/2000"; !strings.HasPrefix(m.Title, begin) || !m.Quiet || !strings.Contains(m.Body, "Hôm nay gửi 0 cảnh báo, chờ 0") {
				t.Errorf("have %+v, want %q", m, begin)
			}
			again := 1
			if forbids {
				again = 2 // after a start it may be allowed
			}
			keep(time.Minute)
			want(1, 3, again)
			group.mu.Lock()
			group.messages = append(group.messages, Message{}) // the board is gone
			group.mu.Unlock()
			keep(6 * time.Minute)
			want(3, 4, again+1)
			if n := len(mail.all()); n != 0 {
				t.Errorf("have %d mails, want none: a mailbox has no top", n)
			}
		})
	}
}
