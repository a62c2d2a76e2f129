package monitor

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// source is what a challenge page is known by: the little it says, and its scripts. Both are in lower case, and cut.
type source struct {
	text    string // what a person reads
	scripts string // and the addresses of frames
	all     int    // bytes of text, that which nobody sees as well
	things  int    // links, pictures and forms
}

// sourceLimit is how much of the text and the scripts is looked at, in bytes.
const sourceLimit = 20_000

// Where the marks of a wall stand.
const (
	inText   = "text"
	inScript = "script"
	inHeader = "header"
	inAlone  = "alone" // in the scripts of a page that shows nothing: stubs that nobody has named yet
)

// wall is one way to know a challenge page: every mark must be there.
type wall struct {
	name, where string
	most        int // bytes: an article may quote any mark
	marks       []string
	hit, miss   string // examples
}

// wallList is every challenge page that is known. baseline knows none: it reads the outcome.
//
//go:embed walls.tsv
var wallList string

var walls = readWalls(wallList)

// readWalls panics over a malformed line: the list is part of the program.
func readWalls(text string) (list []wall) {
	for n, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 6 {
			panic(fmt.Sprintf("walls.tsv:%d: have %d fields, want 6", n+1, len(f)))
		}
		most, err := strconv.Atoi(f[2])
		if err != nil || !slices.Contains([]string{inText, inScript, inHeader, inAlone}, f[1]) || f[3] != strings.ToLower(f[3]) {
			panic(fmt.Sprintf("walls.tsv:%d: bad place, length or mark", n+1))
		}
		list = append(list, wall{name: f[0], where: f[1], most: most, marks: strings.Split(f[3], " + "), hit: f[4], miss: f[5]})
	}
	return list
}

// challenge names the firewall whose stub this is, "" for an ordinary page.
func challenge(header map[string]string, s source) string {
	i := slices.IndexFunc(walls, func(w wall) bool { return w.stands(header, s) })
	if i < 0 {
		return ""
	}
	return walls[i].name
}

func (w wall) stands(header map[string]string, s source) bool {
	switch w.where {
	case inHeader:
		return header[w.marks[0]] != ""
	case inText:
		return s.all <= w.most && hasAll(s.text, w.marks)
	case inScript:
		return s.all <= w.most && hasAll(s.scripts, w.marks)
	default:
		return strings.TrimSpace(s.text) == "" && s.things == 0 && len(s.scripts) < w.most && hasAll(s.scripts, w.marks)
	}
}

func hasAll(in string, marks []string) bool {
	return !slices.ContainsFunc(marks, func(mark string) bool { return !strings.Contains(in, mark) })
}

// sourceOfPage takes the source from what a browser extracted.
func sourceOfPage(p Page) source {
	var text, scripts strings.Builder
	text.WriteString(p.Title + "\n")
	hidden := 0
	for _, b := range p.Blocks {
		if text.Len()+hidden > sourceLimit {
			break
		}
		if b.Hidden == "" {
			text.WriteString(b.Text + "\n")
		} else {
			hidden += len(b.Text)
		}
	}
	for _, s := range p.Scripts {
		if scripts.Len() > sourceLimit {
			break
		}
		scripts.WriteString(s.Src + s.Head + "\n")
	}
	for _, r := range slices.Concat(p.Loaded, p.Failed) {
		if r.Role == RoleFrame && scripts.Len() < sourceLimit {
			scripts.WriteString(r.URL + "\n")
		}
	}
	return source{strings.ToLower(text.String()), strings.ToLower(scripts.String()), text.Len() + hidden, len(p.Links) + len(p.Images) + len(p.Forms)}
}

// sourceOfBody takes it from HTML that no browser has seen.
func sourceOfBody(body []byte) source {
	var text, scripts strings.Builder
	into, things := &text, 0
	for z := html.NewTokenizer(bytes.NewReader(body)); text.Len() < sourceLimit && scripts.Len() < sourceLimit; {
		next := z.Next()
		if next == html.ErrorToken {
			break
		}
		switch next {
		case html.TextToken:
			into.Write(bytes.TrimSpace(z.Text()))
			into.WriteByte('\n')
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch string(name) {
			case "script", "style":
				into = &scripts
			case "a", "img", "form":
				things++
			}
			for more = more && (string(name) == "script" || string(name) == "iframe"); more; {
				var key, value []byte
				if key, value, more = z.TagAttr(); string(key) == "src" {
					scripts.Write(value)
					scripts.WriteByte('\n')
				}
			}
		case html.EndTagToken:
			into = &text
		}
	}
	return source{strings.ToLower(text.String()), strings.ToLower(scripts.String()), text.Len(), things}
}
