package notify

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// longestList is how many characters of a list a message shows; the rest is in a file that is sent along. A phone shows a
// screen of it, and a channel that carries 4,096 has room for what stands around.
const longestList = 2400

// list shows as many lines as a message bears. When that is not all of them, a file holds every one.
func (s speech) list(lines []string, name string) (shown string, all *File) {
	length := 0
	for n, line := range lines {
		if length += utf8.RuneCountInString(line) + 1; length > longestList {
			rest := fmt.Sprintf(s.say(wordMoreInFile), len(lines)-n)
			return s.lines(append(lines[:n:n], rest)...), s.file(lines, name)
		}
	}
	return s.lines(lines...), nil
}

// file holds one line each, numbered, for people who open it on a phone or a Windows machine.
func (s speech) file(lines []string, name string) *File {
	var b strings.Builder
	for n, line := range lines {
		fmt.Fprintf(&b, "%d. %s\r\n", n+1, line)
	}
	return &File{Name: name + ".txt", Type: "text/plain; charset=utf-8", Content: []byte(b.String())}
}
