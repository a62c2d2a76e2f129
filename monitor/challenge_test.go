package monitor

import (
	"strings"
	"testing"
)

// example is a header, or a page, as the list writes it.
func example(w wall, text string) (map[string]string, source) {
	if name, value, ok := strings.Cut(text, ": "); ok && w.where == inHeader {
		return map[string]string{name: value}, source{}
	}
	return nil, sourceOfBody([]byte(text))
}

func TestEveryWallHasItsExamples(t *testing.T) {
	for _, w := range walls {
		header, s := example(w, w.hit)
		if !w.stands(header, s) || challenge(header, s) == "" {
			t.Errorf("%s %q does not know its example %q", w.name, w.marks, w.hit)
		}
		header, s = example(w, w.miss)
		if have := challenge(header, s); have != "" {
			t.Errorf("%s %q: %q is taken for %s", w.name, w.marks, w.miss, have)
		}
	}
}

// TestArticlesQuoteWalls lets a long page say everything that a wall says.
func TestArticlesQuoteWalls(t *testing.T) {
	article := strings.Repeat("<p>Trung tâm hướng dẫn người dân cách nhận biết trang kiểm tra của tường lửa khi truy cập cổng dịch vụ công.</p>", 20)
	for _, w := range walls {
		if w.where == inHeader {
			continue
		}
		if have := challenge(nil, sourceOfBody([]byte(article+w.hit))); have != "" {
			t.Errorf("an article that quotes %q is taken for %s", w.hit, have)
		}
	}
}

// TestWallsAreKnownInABrowserToo gives the marks the way a browser extracts them; what is hidden makes a page long as well.
func TestWallsAreKnownInABrowserToo(t *testing.T) {
	for _, c := range []struct {
		name string
		page Page
		want string
	}{
		{"refusal", Page{Title: "Access Denied", Blocks: []Block{{Text: "Access Denied"}}}, "refusal"},
		{"portal with much that is folded away", Page{Title: "Access Denied", Blocks: []Block{{Text: "Menu"}, {Text: strings.Repeat("Thủ tục hành chính ", 60), Hidden: "display:none"}}}, ""},
		{"mark that nobody sees", Page{Title: "Phường Ví Dụ", Blocks: []Block{{Text: "access denied", Hidden: "display:none"}}}, ""},
		{"stub", Page{Scripts: []Script{{Head: `document.cookie="a=1";location.reload()`}}}, "cookie"},
		{"picture with a stub's script", Page{Images: []Image{{Src: "a.jpg"}}, Scripts: []Script{{Head: `document.cookie="a=1";location.reload()`}}}, ""},
	} {
		if have := challenge(nil, sourceOfPage(c.page)); have != c.want {
			t.Errorf("%s: have %q, want %q", c.name, have, c.want)
		}
	}
}
