package chrome

import (
	"runtime"
	"testing"
	"time"

	"github.com/chromedp/cdproto/domsnapshot"
)

// giant is a snapshot of n nodes under one body, each with styles and a place. The parent of a node is given by its number.
func giant(n int, style []string, parent func(int) int) *domsnapshot.CaptureSnapshotResult {
	s := &domsnapshot.CaptureSnapshotResult{Strings: append([]string{"DIV", "#text", "chữ trên trang", "class", "khung"}, style...)}
	nodes, layout := &domsnapshot.NodeTreeSnapshot{}, &domsnapshot.LayoutTreeSnapshot{StackingContexts: &domsnapshot.RareBooleanData{}}
	var styled domsnapshot.ArrayOfStrings
	for i := range style {
		styled = append(styled, int64(5+i))
	}
	for i := range n {
		kind, name, value := int64(elementNode), domsnapshot.StringIndex(0), domsnapshot.StringIndex(-1)
		if i%2 == 1 {
			kind, name, value = textNode, 1, 2
		}
		nodes.ParentIndex, nodes.NodeType = append(nodes.ParentIndex, int64(parent(i))), append(nodes.NodeType, kind)
		nodes.NodeName, nodes.NodeValue = append(nodes.NodeName, name), append(nodes.NodeValue, value)
		nodes.Attributes = append(nodes.Attributes, domsnapshot.ArrayOfStrings{3, 4})
		layout.NodeIndex, layout.Styles = append(layout.NodeIndex, int64(i)), append(layout.Styles, styled)
		layout.Bounds = append(layout.Bounds, domsnapshot.Rectangle{0, 0, 1366, 768})
		layout.Text, layout.PaintOrders = append(layout.Text, 2), append(layout.PaintOrders, int64(i))
		layout.StackingContexts.Index = append(layout.StackingContexts.Index, int64(i))
	}
	s.Documents = []*domsnapshot.DocumentSnapshot{{Nodes: nodes, Layout: layout}}
	return s
}

// TestGiantPagesAreBounded holds that half a million nodes cost no more than the limit lets in, whatever their shape.
func TestGiantPagesAreBounded(t *testing.T) {
	const n = 500_000
	plain := []string{"block", "visible", "1", "16px", "static", "0px", "visible", "visible", "rgb(0, 0, 0)", "rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", "none", "auto", "none", "none", "auto"}
	covering := append([]string{}, plain...)
	covering[stylePosition], covering[styleBackground], covering[styleOverflowX], covering[styleOverflowY] = "fixed", "rgb(0, 0, 0)", "hidden", "hidden"
	for name, c := range map[string]struct {
		style  []string
		parent func(int) int
	}{
		"flat":                 {plain, func(i int) int { return min(i, 1) - 1 }},
		"deep":                 {plain, func(i int) int { return max(i-2+i%2, -1) }},
		"covers":               {covering, func(i int) int { return min(i, 1) - 1 }},
		"covers in each other": {covering, func(i int) int { return max(i-2+i%2, -1) }},
	} {
		s := giant(n, c.style, c.parent)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		page := extractPage(s)
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		mb := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%s: %v, %d MB, %d blocks, %d overlays", name, took, mb, len(page.Blocks), len(page.Overlays))
		if !page.Truncated || page.Nodes != n || len(page.Blocks) > maxNodes || len(page.Overlays) > maxOverlays || mb > 200 || took > 2*time.Minute {
			t.Errorf("%s: %d nodes, truncated %v, %d blocks, %d overlays, %d MB, %v", name, page.Nodes, page.Truncated, len(page.Blocks), len(page.Overlays), mb, took)
		}
	}
}
