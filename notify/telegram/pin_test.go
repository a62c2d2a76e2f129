package telegram_test

import (
	"strconv"
	"strings"
	"testing"

	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

// A board is one message at the top of a chat, edited in its place; where somebody deleted it another one comes.
func TestABoardIsPinnedAndEdited(t *testing.T) {
	server := telegramtest.New(t)
	sender, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: []string{server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	var board notify.Pinner = sender
	show := func(title, before string) string {
		t.Helper()
		receipt, err := board.Send(t.Context(), notify.Message{Recipient: "-1001", Title: title, ReplyTo: before, Replaces: before != "", Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		return receipt.ID
	}
	first := show("02:10", "")
	if err := board.Pin(t.Context(), "-1001", first); err != nil {
		t.Fatal(err)
	}
	if second := show("02:15", first); second != first || strconv.Itoa(server.Pinned("-1001")) != first || len(server.Messages()) != 1 {
		t.Errorf("have %s after %s, %d pinned, want one message in its place", second, first, server.Pinned("-1001"))
	}
	id, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	server.Remove("-1001", id)
	if third := show("02:20", first); third == first {
		t.Error("the board that was deleted is not replaced")
	}
	server.Script(telegramtest.Answer{Method: "pinChatMessage", Code: 400, Description: "Bad Request: not enough rights to manage pinned messages in the chat"})
	if err := board.Pin(t.Context(), "-1001", first); err == nil || strings.Contains(err.Error(), telegramtest.Token) {
		t.Errorf("have %v, want that it may not pin, without the token", err)
	}
}
