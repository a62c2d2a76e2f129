package monitor

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/unicode/norm"
)

// Vietnamese encodings that browsers do not know, and that old portals still use; each string is the bytes from 0x80 to 0xFF.
// The tables are those of the GNU C library (iconv TCVN5712-1:1993 and VISCII); capitals that stand among the control codes
// below 0x20 are left out.
const (
	// TCVN 5712:1993, of which the fonts called .VnTime, .VnArial and so on (TCVN3, "ABC") use the upper half.
	tcvn = "" +
		"ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ" +
		"\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ" +
		"ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò" +
		"ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
	// VISCII 1.1 (RFC 1456).
	viscii = "" +
		"ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ" +
		"ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ" +
		"ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư" +
		"àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)

// ownCharsets are the labels of these encodings.
var ownCharsets = map[string][]rune{}

func init() {
	for label := range strings.FieldsSeq("tcvn tcvn3 tcvn-5712 tcvn5712 tcvn5712-1 tcvn5712-3 x-tcvn x-viet-tcvn x-viet-tcvn3 x-viet-tcvn5712 abc") {
		ownCharsets[label] = []rune(tcvn)
	}
	for label := range strings.FieldsSeq("viscii csviscii viscii1.1-1 x-viet-viscii") {
		ownCharsets[label] = []rune(viscii)
	}
}

// declarationLimit is how far into a page its encoding is looked for.
const declarationLimit = 4096

// decode returns a body as UTF-8, by the encoding that its header or the page itself declares, else by what it looks like.
// Where it is UTF-8 it is returned as it is, with bytes that are none.
func decode(body []byte, contentType string) []byte {
	if table := ownCharsets[declaredCharset(body, contentType)]; table != nil {
		return byTable(body, table)
	}
	encoding, name, certain := charset.DetermineEncoding(body, contentType)
	switch {
	case name == "utf-8", !certain && looksUTF8(body):
		return bytes.TrimPrefix(body, []byte("\uFEFF"))
	case (name == "windows-1252" || name == "windows-1258") && namesTCVNFont(body):
		return byTable(body, []rune(tcvn))
	}
	text, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	if name == "windows-1258" {
		return norm.NFC.Bytes(text) // its tones are characters of their own
	}
	return text
}

// declaredCharset finds the label of an encoding in a header or in the beginning of a page, in lower case.
func declaredCharset(body []byte, contentType string) string {
	for _, text := range []string{contentType, string(body[:min(len(body), declarationLimit)])} {
		_, label, ok := strings.Cut(strings.ToLower(text), "charset")
		if !ok {
			continue
		}
		label = strings.TrimLeft(label, " \t\r\n=\"'")
		if end := strings.IndexAny(label, " \t\r\n;\"'/>"); end >= 0 {
			label = label[:end]
		}
		return label
	}
	return ""
}

// looksUTF8 tells UTF-8 from one-byte encodings. The last character of a body that was cut may be half.
func looksUTF8(body []byte) bool {
	for cut := range min(utf8.UTFMax, len(body)+1) {
		if utf8.Valid(body[:len(body)-cut]) {
			return true
		}
	}
	return false
}

// namesTCVNFont tells a page that is written for one of the fonts of the ABC family, all called .Vn and a capital: it calls
// itself Western European, and its letters are Vietnamese only in that font.
func namesTCVNFont(body []byte) bool {
	for {
		at := bytes.Index(body, []byte(".Vn"))
		if at < 0 || at+4 > len(body) {
			return false
		}
		if c := body[at+3]; 'A' <= c && c <= 'Z' {
			return true
		}
		body = body[at+3:]
	}
}

// byTable decodes one-byte text whose lower half is ASCII.
func byTable(body []byte, upper []rune) []byte {
	text := make([]byte, 0, len(body)+len(body)/2)
	for _, b := range body {
		if b < utf8.RuneSelf {
			text = append(text, b)
		} else {
			text = utf8.AppendRune(text, upper[b-utf8.RuneSelf])
		}
	}
	return norm.NFC.Bytes(text)
}
