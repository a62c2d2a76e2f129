package monitor

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Fingerprint names what is in a body, so that equal fingerprints mean that nothing material changed: the words without
// digits (counters, clocks and dates move), and where scripts, frames, styles, forms and links lead, without queries
// (session ids and cache busters move). Hidden fields and inline scripts are left out: tokens live there.
func Fingerprint(body []byte) string {
	sum := sha256.New()
	z := html.NewTokenizer(bytes.NewReader(body))
	var skip string // the element whose text is not read
	for {
		switch z.Next() {
		case html.ErrorToken:
			return hex.EncodeToString(sum.Sum(nil)[:16])
		case html.TextToken:
			if skip == "" {
				writeWords(sum, string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data == "script" || t.Data == "style" {
				skip = t.Data
			}
			writeAddresses(sum, t)
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		}
	}
}

func writeWords(w io.Writer, text string) {
	for word := range strings.FieldsFuncSeq(text, notLetter) {
		io.WriteString(w, strings.ToLower(word)+" ")
	}
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }

// addressOf names the attribute of each element that says where it leads.
var addressOf = map[string]string{
	"a": "href", "area": "href", "link": "href", "base": "href", "script": "src", "iframe": "src", "frame": "src", "embed": "src",
	"object": "data", "form": "action",
}

func writeAddresses(w io.Writer, t html.Token) {
	if t.Data == "meta" {
		writeMeta(w, t)
		return
	}
	attribute, ok := addressOf[t.Data]
	if !ok {
		return
	}
	for _, a := range t.Attr {
		if a.Key != attribute {
			continue
		}
		if u, err := url.Parse(strings.TrimSpace(a.Val)); err == nil {
			io.WriteString(w, t.Data+"→"+u.Host+withoutDigits(u.Path)+" ")
		}
	}
}

// writeMeta takes the metadata that people and search engines see. Other names are left out: tokens live there too.
func writeMeta(w io.Writer, t html.Token) {
	var name, content string
	for _, a := range t.Attr {
		switch a.Key {
		case "name", "property", "http-equiv":
			name = strings.ToLower(a.Val)
		case "content":
			content = a.Val
		}
	}
	if name == "description" || name == "keywords" || name == "refresh" || strings.HasPrefix(name, "og:") {
		writeWords(w, content)
	}
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, s)
}
