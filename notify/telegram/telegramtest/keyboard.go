package telegramtest

import (
	"encoding/json"
	"unicode/utf8"
)

// Button is one of an inline keyboard.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Limits of an inline keyboard: https://core.telegram.org/bots/api#inlinekeyboardbutton
const (
	mostData    = 64  // bytes of callback_data
	mostButtons = 100 // of one message
	mostInRow   = 8
)

// readButtons reads reply_markup. A call without it leaves a message without buttons, also one that is edited.
func (m *Message) readButtons(in form) *failure {
	m.Buttons = nil
	text := in.fields["reply_markup"]
	if text == "" {
		return nil
	}
	var markup struct {
		Rows  [][]Button `json:"inline_keyboard"`
		Force bool       `json:"force_reply"`
	}
	if json.Unmarshal([]byte(text), &markup) != nil || markup.Rows == nil && !markup.Force {
		return bad("can't parse reply keyboard markup JSON object")
	}
	count := 0
	for _, row := range markup.Rows {
		if count += len(row); len(row) > mostInRow || count > mostButtons {
			return bad("reply markup is too long")
		}
		for _, b := range row {
			if problem := b.check(); problem != nil {
				return problem
			}
		}
	}
	m.Buttons = markup.Rows
	return nil
}

func (b Button) check() *failure {
	switch {
	case b.Text == "":
		return bad("can't parse inline keyboard button: Field \"text\" must be non-empty")
	case (b.Data == "") == (b.URL == ""):
		return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case len(b.Data) > mostData, !utf8.ValidString(b.Data):
		return bad("BUTTON_DATA_INVALID")
	}
	return nil
}
