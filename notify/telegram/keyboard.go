package telegram

import (
	"encoding/json"
	"slices"
	"strings"

	"canhcong/notify"
)

// Limits of a button: the data is Telegram's, https://core.telegram.org/bots/api#inlinekeyboardbutton, the label ours: two of
// them stand side by side on a phone.
const (
	dataLimit  = 64 // bytes
	labelLimit = 40 // UTF-16 units
	inRow      = 2
)

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// keyboard returns actions as an inline keyboard, "" for none, and how many were left out because Telegram would refuse the
// whole message for them.
func keyboard(actions []notify.Action) (markup string, left int) {
	var buttons []button
	for _, a := range actions {
		label := cut(strings.Join(strings.Fields(clean(a.Label)), " "), labelLimit)
		if label == "" || a.ID == "" || len(a.ID) > dataLimit || clean(a.ID) != a.ID {
			left++
			continue
		}
		buttons = append(buttons, button{label, a.ID})
	}
	if len(buttons) == 0 {
		return "", left
	}
	rows, err := json.Marshal(map[string]any{"inline_keyboard": slices.Collect(slices.Chunk(buttons, inRow))})
	if err != nil { // strings always become JSON
		return "", len(actions)
	}
	return string(rows), left
}
