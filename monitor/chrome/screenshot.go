package chrome

import (
	"time"

	"github.com/chromedp/cdproto/page"

	"canhcong/monitor"
)

// shotLimit is how long a picture may take; 90 ms is normal. Chromium sometimes never answers, and does at the second try.
const shotLimit = 3 * time.Second

// photograph takes the picture of the viewport. A missing picture is no error: the text is there.
func (t *tab) photograph(got *monitor.Rendering) {
	var err error
	for range 2 {
		var shot page.CaptureScreenshotResult
		shot, err = command(t.ctx, t.session, t.left(shotLimit), page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatPng, OptimizeForSpeed: new(true),
		})
		if err == nil && len(shot.Data) > 0 {
			got.Screenshot = shot.Data
			return
		}
		if t.ctx.Err() != nil || t.heard.state().crashed {
			break
		}
	}
	if got.Partial == "" {
		got.Partial = "no screenshot could be taken"
	}
}
