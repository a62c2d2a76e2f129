package chrome

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/domsnapshot"

	"canhcong/monitor"
)

// Limits of what is extracted from one page.
const (
	maxNodes     = 50_000
	maxElements  = 100_000 // of a page that is described at all
	maxText      = 2 << 20 // bytes, of all blocks together
	maxLinks     = 5000
	maxImages    = 2000
	maxOther     = 1000 // scripts, and forms
	maxTitle     = 300  // characters
	maxPaths     = 5000 // distinct tag paths
	maxFrames    = 50
	maxLanguages = 30 // in which a page says that it is told elsewhere
	pathDepth    = 8

	maxRead        = 64 << 20   // bytes of strings, each counted as often as it is used
	maxComparisons = 20_000_000 // of texts with what may lie behind them: 0.1 s
	maxLinkNodes   = 500        // under one link
)

// snapshotLimit is how long the browser gets to describe the page: 25 ms is normal, 20,000 nodes take 0.4 s.
const snapshotLimit = 5 * time.Second

// busyLimit is how long a page that lays out or builds without end gets to answer a question of ours.
const busyLimit = 8 * time.Second

// extract takes the snapshot and the picture of the page. A page that does not answer is freed from its scripts and asked
// for its bare text; the text comes first, as it is worth more than the picture.
func (t *tab) extract(got *monitor.Rendering) {
	n, err := t.elements(time.Second)
	for wait := time.Second; wait <= busyLimit/2 && errors.Is(err, context.DeadlineExceeded); wait *= 2 {
		// A loop that was waiting for the answer to a dialog goes on after the first order to stop.
		t.release()
		got.Partial = cmp.Or(got.Partial, "scripts kept the page busy")
		n, err = t.elements(t.left(wait))
	}
	if n > maxElements || errors.Is(err, context.DeadlineExceeded) {
		t.bareText(got)
		return
	}
	snapshot, err := t.snapshot()
	if err != nil {
		if !t.heard.state().crashed {
			t.release()
			t.bareText(got)
		}
		return
	}
	partial, realTime := got.Partial, got.RealTime
	got.Page = extractPage(&snapshot)
	got.Partial, got.RealTime = partial, realTime
	t.photograph(got)
}

// also adds a reason to those that are known.
func also(known, reason string) string {
	if known == "" {
		return reason
	}
	return known + "; " + reason
}

// elements counts the elements of the page. Describing 240,000 nodes takes the renderer 3 s on a free machine, in which it
// cannot be asked for anything else, and cannot be stopped: a page that does not even answer this must not be asked for more.
func (t *tab) elements(limit time.Duration) (int, error) {
	value, err := t.evaluate("document.getElementsByTagName('*').length", limit)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(value))
}

// bareText reads the text of a page that is too large to be described, from our own world of scripts in it: the text as it
// stands in the document, since finding out what of it is shown would lay out the whole page. It says so by being partial.
func (t *tab) bareText(got *monitor.Rendering) {
	const script = `(() => {
		const none = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'TEXTAREA']);
		const walk = document.createTreeWalker(document.body ?? document, NodeFilter.SHOW_TEXT);
		let text = '', last = null;
		for (let n, seen = 0; seen < 400000 && text.length < 200000 && (n = walk.nextNode()); seen++) {
			if (none.has(n.parentNode?.nodeName)) continue;
			if (n.parentNode !== last) text += '\n';
			last = n.parentNode;
			text += n.data.slice(0, 20000);
		}
		return JSON.stringify({title: document.title, text});
	})()`
	got.Partial, got.Truncated = also(got.Partial, "the page could not be described"), true
	var found struct{ Title, Text string }
	var quoted string
	value, err := t.evaluate(script, t.left(busyLimit))
	if err != nil || json.Unmarshal(value, &quoted) != nil || json.Unmarshal([]byte(quoted), &found) != nil {
		return
	}
	got.Title = firstRunes(found.Title, maxTitle)
	for line := range strings.Lines(found.Text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			got.Blocks = append(got.Blocks, monitor.Block{Path: "body", Tag: "body", Text: clip(line, maxText)})
		}
	}
	t.photograph(got)
}

// snapshot asks the browser for all documents of the page with their layout.
func (t *tab) snapshot() (domsnapshot.CaptureSnapshotResult, error) {
	return command(t.ctx, t.session, t.left(snapshotLimit), domsnapshot.CaptureSnapshot, domsnapshot.CaptureSnapshotParams{
		ComputedStyles: styles, IncludePaintOrder: new(true),
	})
}

// extraction builds a Page out of the documents of a snapshot.
type extraction struct {
	page   monitor.Page
	docs   []*document
	sights [][]sight
	behind [][]painted // computed for the first text that needs it
	hosts  hostSet
	text   int          // bytes so far
	read   int          // bytes looked at so far
	frames map[int]bool // documents that were visited
	budget int          // comparisons left for texts that may blend into their background
}

// extractPage turns a snapshot into a Page. It is pure: the same snapshot always gives the same page.
func extractPage(s *domsnapshot.CaptureSnapshotResult) monitor.Page {
	for i := range s.Strings {
		s.Strings[i] = clip(s.Strings[i], maxText)
	}
	x := &extraction{hosts: make(hostSet), frames: make(map[int]bool), budget: maxComparisons}
	x.decode(s)
	x.page.Version = monitor.PageVersion
	x.page.Meta = make(map[string]string)
	x.page.TagPaths = make(map[string]int)
	if len(x.docs) > 0 {
		x.head(x.docs[0])
		x.document(0, frame{})
		x.overlays()
		x.page.Width, x.page.Height = int(x.docs[0].width), int(x.docs[0].height)
	}
	x.page.Hosts = x.hosts.sorted()
	return x.page
}

// afford counts n bytes to be read, and reports whether that is within the limit.
func (x *extraction) afford(n int) bool {
	x.read += n
	x.page.Truncated = x.page.Truncated || x.read > maxRead
	return x.read <= maxRead
}

// decode decodes the documents within the limit of nodes.
func (x *extraction) decode(s *domsnapshot.CaptureSnapshotResult) {
	left := maxNodes
	for _, d := range s.Documents[:min(len(s.Documents), maxFrames)] {
		if d == nil {
			d = &domsnapshot.DocumentSnapshot{} // keeps its place: frames name documents by number
		}
		doc := newDocument(s, d, left)
		left -= len(doc.nodes)
		if d.Nodes != nil {
			x.page.Nodes += len(d.Nodes.ParentIndex)
			x.page.Truncated = x.page.Truncated || len(doc.nodes) < len(d.Nodes.ParentIndex)
		}
		x.docs = append(x.docs, doc)
		x.sights = append(x.sights, doc.see())
	}
	x.page.Truncated = x.page.Truncated || len(s.Documents) > maxFrames
	x.behind = make([][]painted, len(x.docs))
}

// frame is where a document of a snapshot is shown.
type frame struct {
	path   string  // before the paths inside of it; "" for the page itself
	x, y   float64 // of its top left corner
	hidden string  // why the frame itself cannot be seen
}

// document extracts one document, once, and the frames in it.
func (x *extraction) document(at int, f frame) {
	if at >= len(x.docs) || x.frames[at] {
		return
	}
	x.frames[at] = true
	v := &view{x: x, d: x.docs[at], sights: x.sights[at], at: at, frame: f}
	v.inventory()
	v.text()
}

// leafHidden says why leaf i of a view cannot be seen, with everything taken into account.
func (v *view) leafHidden(i int) string {
	var s sight
	if p := v.d.nodes[i].parent; p >= 0 {
		s = v.sights[p]
	} else {
		s.opacity = 1
	}
	if reason := v.d.hidden(i, s); reason != "" {
		return reason
	}
	if v.frame.hidden != "" {
		return v.frame.hidden
	}
	if v.d.nodes[i].kind != textNode {
		return ""
	}
	if v.x.behind[v.at] == nil {
		v.x.behind[v.at] = v.d.backdrops()
	}
	if v.d.blends(i, v.x.behind[v.at], &v.x.budget) {
		return hiddenContrast
	}
	return ""
}

// view is one document being extracted.
type view struct {
	x      *extraction
	d      *document
	sights []sight
	at     int
	frame  frame
}

// place returns where a box of this document is on the page.
func (v *view) place(b box) monitor.Rect {
	b.x += v.frame.x
	b.y += v.frame.y
	return b.rect()
}

// where names a document in an error or a path.
func where(address string) string {
	if host := hostOf(address); host != "" {
		return fmt.Sprintf("iframe:%s/", host)
	}
	return "iframe/"
}
