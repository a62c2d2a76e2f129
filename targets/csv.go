package targets

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode returns the text of a file in UTF-8 with plain line ends.
func decode(raw []byte) (content string, problem FileProblem) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		content = decodeUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		content = decodeUTF16(raw[2:], binary.BigEndian)
	default:
		content = string(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")))
	}
	switch {
	case !utf8.ValidString(content) || strings.ContainsRune(content, 0): // UTF-16 without a mark is full of zeros
		return "", FileEncoding
	case strings.TrimSpace(content) == "":
		return "", FileEmpty
	case !strings.Contains(content, "\n"):
		content = strings.ReplaceAll(content, "\r", "\n") // the line ends of old Macs
	}
	return content, ""
}

// decodeUTF16 decodes what Excel calls "Unicode Text".
func decodeUTF16(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// splitRows takes the content apart. A row with a stray quote is broken, and the next one is read again.
func splitRows(content string, separator rune) []Row {
	reader := csv.NewReader(strings.NewReader(content))
	reader.Comma, reader.FieldsPerRecord = separator, -1
	var rows []Row
	for len(rows) <= maxFileRows+headerDepth {
		cells, err := reader.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rows
		case errors.As(err, &parse):
			rows = append(rows, Row{Line: parse.StartLine, Cells: cells, Broken: err})
		case !blank(cells):
			line, _ := reader.FieldPos(0)
			rows = append(rows, Row{Line: line, Cells: cells})
		}
	}
	return rows
}
