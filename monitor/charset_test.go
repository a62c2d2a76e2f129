package monitor

import (
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// encode writes a text in one of our own encodings.
func encode(t *testing.T, text, table string) string {
	t.Helper()
	upper := []rune(table)
	var b strings.Builder
	for _, c := range norm.NFC.String(text) {
		at := -1
		for i, u := range upper {
			if u == c {
				at = i
			}
		}
		switch {
		case c < 0x80:
			b.WriteByte(byte(c))
		case at >= 0:
			b.WriteByte(byte(0x80 + at))
		default:
			t.Fatalf("%c is not in the encoding", c)
		}
	}
	return b.String()
}

// in1258 writes a text as Windows does: tones are characters of their own.
func in1258(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for _, c := range text {
		if _, ok := charmap.Windows1258.EncodeRune(c); ok {
			b.WriteRune(c)
			continue
		}
		apart := []rune(norm.NFD.String(string(c)))
		tone := apart[len(apart)-1]
		if n := len(apart) - 1; tone == '\u0323' || !strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", tone) {
			for i, m := range apart { // the tone stands before the hat in the canonical order
				if i > 0 && strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", m) {
					tone, n = m, i
				}
			}
			apart = append(apart[:n], apart[n+1:]...)
		} else {
			apart = apart[:n]
		}
		b.WriteString(norm.NFC.String(string(apart)) + string(tone))
	}
	out, err := charmap.Windows1258.NewEncoder().String(b.String())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func in16(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\uFEFF" + text)) {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

func TestDecode(t *testing.T) {
	const text = "<p>Ủy ban nhân dân phường Ví Dụ: thông báo lịch tiếp công dân, Đặng Thị Mẫu, ữ ỗ ằ ẵ ợ ỹ</p>"
	const small = "<p>ủy ban nhân dân phường ví dụ: thông báo lịch tiếp công dân, ữ ỗ ằ ẵ ợ ỹ</p>"
	meta := func(charset string) string {
		return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=` + charset + `"></head>`
	}
	font := `<html><head><style>p { font-family: ".VnTime" }</style></head>`
	far := "<html>" + strings.Repeat("<!-- ------------------------- -->", 60)
	tests := []struct{ name, header, body, want string }{
		{"UTF-8 by its header", "text/html; charset=utf-8", text, text},
		{"UTF-8 by its look", "text/html", text, text},
		{"UTF-8 far into the page", "text/html", far + text, text},
		{"UTF-8 that was cut", "text/html", far + text + "ữ"[:1], text},
		{"UTF-8 with a mark", "", "\uFEFF" + text, text},
		{"windows-1258 by its header", "text/html; charset=windows-1258", in1258(t, text), text},
		{"windows-1258 by the page", "text/html", meta("windows-1258") + in1258(t, text), text},
		{"UTF-16, little end", "", in16(text, false), text},
		{"UTF-16, big end", "text/html", in16(text, true), text},
		{"TCVN by its header", "text/html; charset=x-viet-tcvn5712", encode(t, text, tcvn), text},
		{"TCVN by the page", "text/html", meta("x-viet-tcvn") + encode(t, text, tcvn), text},
		{"TCVN by its font", "text/html", font + encode(t, small, tcvn), small},
		{"TCVN by its font, called Western", "text/html; charset=iso-8859-1", font + encode(t, small, tcvn), small},
		{"a leftover font in UTF-8", "text/html", font + text, text},
		{"VISCII", "text/html; charset=VISCII", encode(t, small, viscii), small},
		{"Western", "text/html; charset=iso-8859-1", "<p>caf\xe9</p>", "<p>café</p>"},
		{"nothing", "", "", ""},
		{"an encoding that nobody knows", "text/html; charset=x-vni", "<p>abc</p>", "<p>abc</p>"},
	}
	for _, tt := range tests {
		if have := string(decode([]byte(tt.body), tt.header)); !strings.Contains(have, tt.want) {
			t.Errorf("%s: have %q, want %q in it", tt.name, have, tt.want)
		}
	}
}

func TestFingerprintIsOfTheTextNotOfItsBytes(t *testing.T) {
	const text = "<p>ủy ban nhân dân phường ví dụ</p>"
	want := Fingerprint([]byte(text))
	for name, body := range map[string]string{"text/html; charset=windows-1258": in1258(t, text), "text/html; charset=tcvn": encode(t, text, tcvn)} {
		if have := Fingerprint(decode([]byte(body), name)); have != want {
			t.Errorf("%s: have another fingerprint than in UTF-8", name)
		}
	}
}
