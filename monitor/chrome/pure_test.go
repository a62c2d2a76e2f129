package chrome

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/domsnapshot"
	"github.com/chromedp/cdproto/network"

	"canhcong/monitor"
)

func TestPlainAgent(t *testing.T) {
	have := plainAgent(browser.GetVersionResult{UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.8078.79 Safari/537.36"})
	want := "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	if have.text != want || have.major != "156" {
		t.Errorf("have %+v, want %q", have, want)
	}
}

func TestMidnightIsOfHanoi(t *testing.T) {
	// 18:30 on the 21st in London is 01:30 on the 22nd in Hà Nội.
	have := midnight(time.Date(2026, 11, 21, 18, 30, 0, 0, time.UTC))
	if want := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC).Unix(); int64(have) != want {
		t.Errorf("have %v, want %v", int64(have), want)
	}
}

func TestColours(t *testing.T) {
	for value, want := range map[string]rgba{
		"rgb(255, 0, 51)":       {1, 0, 0.2, 1},
		"rgba(0, 0, 0, 0.5)":    {0, 0, 0, 0.5},
		"rgb(255 0 51)":         {1, 0, 0.2, 1},
		"color(srgb 1 0.5 0.1)": {},
		"":                      {},
	} {
		if have, ok := colour(value); have != want || ok != (want != rgba{}) {
			t.Errorf("%q: have %v and %v, want %v", value, have, ok, want)
		}
	}
	white, black := rgba{1, 1, 1, 1}, rgba{0, 0, 0, 1}
	if have := contrast(black, white); math.Abs(have-21) > 0.01 {
		t.Errorf("black on white: have %v, want 21", have)
	}
	if have := (rgba{0, 0, 0, 0.01}).over(white); contrast(have, white) > minContrast {
		t.Errorf("a trace of black on white is seen as %v", have)
	}
}

func TestClipKeepsWholeCharacters(t *testing.T) {
	for in, want := range map[string]string{"tỉnh Mẫu": "tỉnh", "a\x00b": "ab", "x\xffy": "x\uFFFDy", "ng\u1ebb\u1ebb": "ngẻ"} {
		have := clip(in, 6)
		if have != want || !utf8.ValidString(have) {
			t.Errorf("%q: have %q, want %q", in, have, want)
		}
	}
}

func TestRegistrable(t *testing.T) {
	for host, want := range map[string]string{
		"stttt.tinhmau.gov.vn": "tinhmau.gov.vn", "www.example.com": "example.com", "127.0.0.1": "127.0.0.1", "localhost": "localhost", "": "",
	} {
		if have := registrable(host); have != want {
			t.Errorf("%q: have %q, want %q", host, have, want)
		}
	}
}

func TestShortNamesDataByItsHash(t *testing.T) {
	have := short("data:image/png;base64," + strings.Repeat("A", 100_000))
	if !strings.HasPrefix(have, "data:image/png;base64,100000:sha256:") || len(have) > 120 {
		t.Errorf("have %.200q", have)
	}
}

func TestHeadersAreFew(t *testing.T) {
	have := selectHeaders(network.Headers{"Server": "nginx", "Set-Cookie": "bí mật", "CF-Mitigated": "challenge"})
	if want := map[string]string{"server": "nginx", "cf-mitigated": "challenge"}; !reflect.DeepEqual(have, want) {
		t.Errorf("have %v, want %v", have, want)
	}
}

func TestWhatHangs(t *testing.T) {
	for _, c := range []struct {
		s    state
		want string
	}{
		{state{waiting: waiting{needed: 1, example: "http://a/"}, arrived: true}, "never arrived: http://a/"},
		{state{waiting: waiting{needed: 1, example: "http://a/"}}, "the document never finished"},
		{state{waiting: waiting{streams: 2}, loaded: true}, ""},
		{state{waiting: waiting{streams: 2}}, "a request of a script never finished"},
		{state{}, "scripts kept the page busy"},
	} {
		if have := hanging(c.s); have != c.want {
			t.Errorf("%+v: have %q, want %q", c.s, have, c.want)
		}
	}
}

// TestSnapshotsOfNonsense feeds what a broken browser could send: nothing of it may panic or loop.
func TestSnapshotsOfNonsense(t *testing.T) {
	far := &domsnapshot.RareIntegerData{Index: []int64{0, 99, -1, 1}, Value: []int64{0, 5, 7}}
	for name, nodes := range map[string]*domsnapshot.NodeTreeSnapshot{
		"none":         nil,
		"empty":        {},
		"own parent":   {ParentIndex: []int64{0, 1}, NodeType: []int64{1, 1}, NodeName: []domsnapshot.StringIndex{0, 0}, NodeValue: []domsnapshot.StringIndex{-1, -1}},
		"far parent":   {ParentIndex: []int64{-1, 77}, NodeType: []int64{9, 3}, NodeName: []domsnapshot.StringIndex{-1, 55}, NodeValue: []domsnapshot.StringIndex{-1, 99}},
		"uneven":       {ParentIndex: []int64{-1, 0, 0}, NodeType: []int64{1}, NodeName: []domsnapshot.StringIndex{1}, NodeValue: []domsnapshot.StringIndex{0}},
		"odd attrs":    {ParentIndex: []int64{-1}, NodeType: []int64{1}, NodeName: []domsnapshot.StringIndex{2}, NodeValue: []domsnapshot.StringIndex{0}, Attributes: []domsnapshot.ArrayOfStrings{{3}}},
		"frame itself": {ParentIndex: []int64{-1, 0}, NodeType: []int64{1, 1}, NodeName: []domsnapshot.StringIndex{1, 4}, NodeValue: []domsnapshot.StringIndex{0, 0}, ContentDocumentIndex: far},
	} {
		s := &domsnapshot.CaptureSnapshotResult{Strings: []string{"x\xff", "BODY", "A", "href", "IFRAME"}, Documents: []*domsnapshot.DocumentSnapshot{{
			Nodes:  nodes,
			Layout: &domsnapshot.LayoutTreeSnapshot{NodeIndex: []int64{0, -1, 44, 1}, Styles: []domsnapshot.ArrayOfStrings{{1}, {}}, Bounds: []domsnapshot.Rectangle{{1, 2}, nil}},
		}}}
		if page := extractPage(s); len(page.Links) > 1 {
			t.Errorf("%s: have %+v", name, page)
		}
	}
}

func TestLimitsCutAndSaySo(t *testing.T) {
	const n = maxNodes + 10
	s := &domsnapshot.CaptureSnapshotResult{Strings: []string{"BODY", "#text", strings.Repeat("chữ ", 25)}}
	nodes := &domsnapshot.NodeTreeSnapshot{}
	for i := range n {
		parent, kind, name, value := int64(0), int64(textNode), domsnapshot.StringIndex(1), domsnapshot.StringIndex(2)
		if i == 0 {
			parent, kind, name, value = -1, elementNode, 0, -1
		}
		nodes.ParentIndex, nodes.NodeType = append(nodes.ParentIndex, parent), append(nodes.NodeType, kind)
		nodes.NodeName, nodes.NodeValue = append(nodes.NodeName, name), append(nodes.NodeValue, value)
	}
	s.Documents = []*domsnapshot.DocumentSnapshot{{Nodes: nodes}}
	page := extractPage(s)
	text := 0
	for _, b := range page.Blocks {
		text += len(b.Text)
	}
	if !page.Truncated || page.Nodes != n || text > maxText || text < maxText/2 {
		t.Errorf("have %d nodes, %d bytes of text, truncated %v", page.Nodes, text, page.Truncated)
	}
}

// TestSharedStringsAreCountedEachTime guards against a page whose nodes all hold one string of 2 MB.
func TestSharedStringsAreCountedEachTime(t *testing.T) {
	const n = maxNodes / 5
	s := &domsnapshot.CaptureSnapshotResult{Strings: []string{"A", "#text", strings.Repeat("lũ ", 500_000), "href", "class", "SCRIPT", "NOSCRIPT"}}
	nodes := &domsnapshot.NodeTreeSnapshot{}
	for i := range n {
		kind, name := int64(textNode), domsnapshot.StringIndex(1)
		if i%2 == 0 {
			kind, name = elementNode, domsnapshot.StringIndex([]int{0, 5, 6}[i/2%3])
		}
		nodes.ParentIndex, nodes.NodeType = append(nodes.ParentIndex, int64(i/2*2)-int64(1-i%2)), append(nodes.NodeType, kind)
		nodes.NodeName, nodes.NodeValue = append(nodes.NodeName, name), append(nodes.NodeValue, 2)
		nodes.Attributes = append(nodes.Attributes, domsnapshot.ArrayOfStrings{3, 2, 4, 2})
	}
	s.Documents = []*domsnapshot.DocumentSnapshot{{Nodes: nodes}}
	begin := time.Now()
	page := extractPage(s)
	if took := time.Since(begin); took > 2*time.Minute || !page.Truncated {
		t.Errorf("it took %v, truncated %v", took, page.Truncated)
	}
}

func TestBoxes(t *testing.T) {
	a, b := box{0, 0, 10, 10}, box{5, 5, 10, 10}
	if !a.meets(b) || a.meets(box{10, 0, 5, 5}) || !a.holds(box{4, 4, 2, 2}) {
		t.Error("meets or holds is wrong")
	}
	if have, want := a.union(b).union(box{}), (box{0, 0, 15, 15}); have != want {
		t.Errorf("have %v, want %v", have, want)
	}
	if have, want := (box{1e12, math.Inf(-1), 1, 1}).rect(), (monitor.Rect{X: 1e6, Y: -1e6, W: 1, H: 1}); have != want {
		t.Errorf("have %v, want %v", have, want)
	}
}
