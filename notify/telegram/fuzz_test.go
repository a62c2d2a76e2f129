package telegram

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzMarkUp lays out any title and body. What Telegram counts must fit, and nothing of a page may become markup.
func FuzzMarkUp(f *testing.F) {
	f.Add("[KHẨN] Cổng bị thay đổi", "Xuất hiện dòng “hacked by”\nMở: https://canhcong.example")
	f.Add("<b>&amp;", strings.Repeat("𝕳😀", 3000))
	f.Add("\xff\x00", "\r\n\t\u202e")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, title, body string) {
		have := markUp(title, body)
		if !utf8.ValidString(have) {
			t.Errorf("%q is not UTF-8", have)
		}
		plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(strings.Replace(strings.Replace(have, "<b>", "", 1), "</b>", "", 1))
		if units := length(plain); units > textLimit {
			t.Errorf("%d units, more than %d", units, textLimit)
		}
		if strings.Count(have, "<") != 2 || strings.Count(have, ">") != 2 {
			t.Errorf("%q holds markup of its own", have)
		}
	})
}
