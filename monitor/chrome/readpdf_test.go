package chrome

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// pdfRead is what a program that searches a PDF finds in it.
type pdfRead struct {
	text     string
	pages    int
	box      string // of the first page
	fonts    string
	pictures int
}

var (
	pdfObject  = regexp.MustCompile(`(?s)(\d+) 0 obj\s(.*?)\nendobj`)
	pdfStream  = regexp.MustCompile(`(?s)^(.*?)stream\r?\n(.*)\nendstream`)
	pdfBox     = regexp.MustCompile(`/MediaBox\s*\[([^\]]*)\]`)
	pdfFont    = regexp.MustCompile(`/BaseFont\s*/([^\s/<>\[\]]+)`)
	pdfFonts   = regexp.MustCompile(`/(F\d+) (\d+) 0 R`)
	pdfUnicode = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	pdfContent = regexp.MustCompile(`/Contents (\d+) 0 R`)
	pdfShown   = regexp.MustCompile(`/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|\bET\b`)
	pdfChars   = regexp.MustCompile(`(?s)beginbfchar\n(.*?)endbfchar`)
	pdfRanges  = regexp.MustCompile(`(?s)beginbfrange\n(.*?)endbfrange`)
	pdfCode    = regexp.MustCompile(`<([0-9A-Fa-f]+)>`)
)

// readPDF reads the words of a PDF as a search for them does: by the ToUnicode maps of its fonts.
func readPDF(t *testing.T, raw []byte) (r pdfRead) {
	t.Helper()
	if !bytes.HasPrefix(raw, []byte("%PDF-")) {
		t.Fatalf("have %.40q, want a PDF", raw)
	}
	heads, streams := map[string]string{}, map[string]string{}
	var pages []string
	for _, m := range pdfObject.FindAllStringSubmatch(string(raw), -1) {
		id, body := m[1], m[2]
		if s := pdfStream.FindStringSubmatch(body); s != nil {
			body, streams[id] = s[1], inflate(s[1], s[2])
		}
		heads[id] = body
		if strings.Contains(body, "/Type /Page\n") || strings.Contains(body, "/Type /Page ") {
			pages = append(pages, body)
		}
		if strings.Contains(body, "/Subtype /Image") {
			r.pictures++
		}
		if f := pdfFont.FindStringSubmatch(body); f != nil && !strings.Contains(r.fonts, f[1]) {
			r.fonts += f[1] + " "
		}
	}
	r.pages = len(pages)
	var text strings.Builder
	for _, p := range pages {
		if box := pdfBox.FindStringSubmatch(p); box != nil && r.box == "" {
			r.box = box[1]
		}
		maps := map[string]map[int]string{}
		for _, f := range pdfFonts.FindAllStringSubmatch(p, -1) {
			if u := pdfUnicode.FindStringSubmatch(heads[f[2]]); u != nil {
				maps[f[1]] = unicodeMap(streams[u[1]])
			}
		}
		if c := pdfContent.FindStringSubmatch(p); c != nil {
			write(&text, streams[c[1]], maps)
		}
	}
	r.text = strings.Join(strings.Fields(text.String()), " ")
	return r
}

func inflate(head, body string) string {
	if !strings.Contains(head, "FlateDecode") {
		return body
	}
	z, err := zlib.NewReader(strings.NewReader(body))
	if err != nil {
		return ""
	}
	out, _ := io.ReadAll(z)
	return string(out)
}

// write adds the words that a page's content shows.
func write(text *strings.Builder, content string, maps map[string]map[int]string) {
	var font map[int]string
	for _, m := range pdfShown.FindAllStringSubmatch(content, -1) {
		switch {
		case m[1] != "":
			font = maps[m[1]]
		case m[2] != "":
			for glyphs := range slices.Chunk([]byte(m[2]), 4) {
				text.WriteString(font[hexNumber(string(glyphs))])
			}
		default:
			text.WriteByte(' ')
		}
	}
}

// unicodeMap reads what the glyphs of a font mean.
func unicodeMap(cmap string) map[int]string {
	meant := map[int]string{}
	for _, block := range pdfChars.FindAllStringSubmatch(cmap, -1) {
		for codes := range slices.Chunk(pdfCode.FindAllStringSubmatch(block[1], -1), 2) {
			meant[hexNumber(codes[0][1])] = letters(codes[1][1], 0)
		}
	}
	for _, block := range pdfRanges.FindAllStringSubmatch(cmap, -1) {
		for codes := range slices.Chunk(pdfCode.FindAllStringSubmatch(block[1], -1), 3) {
			for n, first := 0, hexNumber(codes[0][1]); first+n <= hexNumber(codes[1][1]); n++ {
				meant[first+n] = letters(codes[2][1], n)
			}
		}
	}
	return meant
}

func hexNumber(digits string) int {
	n, _ := strconv.ParseInt(digits, 16, 32)
	return int(n)
}

// letters are the n-th after those that UTF-16 in hexadecimal digits says.
func letters(digits string, n int) string {
	raw, _ := hex.DecodeString(digits)
	var units []uint16
	for pair := range slices.Chunk(raw, 2) {
		units = append(units, uint16(pair[0])<<8|uint16(pair[1]))
	}
	units[len(units)-1] += uint16(n)
	return string(utf16.Decode(units))
}
