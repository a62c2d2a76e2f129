package chrome

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/domsnapshot"
)

// FuzzSnapshot extracts a page from any snapshot that the browser's protocol can express: a page may own the renderer that
// writes it.
func FuzzSnapshot(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"documents":[{}],"strings":[]}`, `{"documents":[null],"strings":["a"]}`,
		`{"documents":[{"documentURL":0,"baseURL":9,"nodes":{"parentIndex":[-1,0,1,7],"nodeType":[9,1,3,1],"nodeName":[0,1,2,3],"nodeValue":[-1,-1,4,-1],"attributes":[[],[2,3],[],[5]]},"layout":{"nodeIndex":[1,2,-1,99],"styles":[[0,1],[]],"bounds":[[0,0,10,10],[1]],"text":[-1,4],"stackingContexts":{"index":[0]},"paintOrders":[1,2]},"textBoxes":{"layoutIndex":[9],"bounds":[[0]],"start":[0],"length":[5]}}],"strings":["HTML","A","href","http://a.vip/","hacked by","x"]}`,
		`{"documents":[{"nodes":{"parentIndex":[-1,0],"nodeType":[1,1],"nodeName":[0,0],"nodeValue":[0,0],"contentDocumentIndex":{"index":[0,1],"value":[0,1]},"shadowRootType":{"index":[1],"value":[0]},"inputValue":{"index":[5],"value":[0]}},"layout":null}],"strings":["IFRAME"]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var s domsnapshot.CaptureSnapshotResult
		if json.Unmarshal(b, &s) != nil {
			t.Skip()
		}
		begun := time.Now()
		p := extractPage(&s)
		if !utf8.ValidString(p.Title) || len(p.Links) > maxLinks || p.Nodes > maxFrames*maxNodes {
			t.Errorf("have title %q, %d links, %d nodes", p.Title, len(p.Links), p.Nodes)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(b), took)
		}
	})
}
