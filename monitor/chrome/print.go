package chrome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Limits of printing.
const (
	// printLimit is how long a paper may take. One of 4 pages takes 0.1 s; one of 58 pages with a dozen pictures took 20 s on
	// two cores that had ten times as much to do as they can (measured).
	printLimit = time.Minute
	maxPaper   = 24 << 20 // bytes of HTML, pictures included
)

// ErrTooLarge says that a paper is larger than what is printed.
var ErrTooLarge = errors.New("the paper is too large to be printed")

// A4 in inches, and the margins of Nghị định 30/2020/NĐ-CP for papers that name none by @page: 20 mm above and below, 30
// left and 15 right.
const (
	inch                    = 25.4
	paperWidth, paperHeight = 210 / inch, 297 / inch
)

var marginTop, marginBottom, marginLeft, marginRight = 20 / inch, 20 / inch, 30 / inch, 15 / inch

// PDF prints an HTML document on A4. Nothing of it is fetched, from the network or from this machine, and none of its
// scripts run: pictures have to be in it as data URLs. Papers are printed one at a time, in a tab beside the looks that
// takes none of their turns, and how printing fares says nothing about the browser that looks.
func (b *Browser) PDF(ctx context.Context, html []byte) ([]byte, error) {
	if len(html) > maxPaper {
		return nil, fmt.Errorf("print: %w: %d MB, at most %d", ErrTooLarge, len(html)>>20, maxPaper>>20)
	}
	leave, err := b.printing.enter(ctx)
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	defer leave()
	until := time.Now().Add(printLimit)
	pdf, err := b.tryPrint(ctx, html, until)
	if worthAgain(ctx, err) && time.Until(until) > retryTime {
		pdf, err = b.tryPrint(ctx, html, until)
	}
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return pdf, nil
}

func (b *Browser) tryPrint(ctx context.Context, html []byte, until time.Time) ([]byte, error) {
	p, err := b.take(ctx, until)
	if err != nil {
		return nil, err
	}
	defer b.give(p, nil, true)
	heard := newRecord(p.nowhere)
	owner, closeTab := chromedp.NewContext(p.ctx, through(p.nowhere), chromedp.WithListener(heard.hear))
	defer shut(p, b.o.Log, closeTab)
	if err := heard.open(owner, min(openLimit, time.Until(until))); err != nil {
		return nil, fmt.Errorf("open a tab: %w", err)
	}
	bounded, stop := context.WithDeadline(owner, until)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	c := chromedp.FromContext(owner)
	t := &tab{ctx: bounded, session: c.Target, browser: c.Browser, heard: heard, start: time.Now(), until: until}
	heard.attach(cdp.FrameID(c.Target.TargetID), c.BrowserContextID)
	go t.untilCrash(stop)
	pdf, err := t.print(html)
	if err != nil && heard.state().crashed {
		return nil, errEnded // a paper that takes more memory than a page may, as a rule
	}
	return pdf, err
}

// untilCrash gives up a paper whose renderer died: nothing would answer any more.
func (t *tab) untilCrash(stop func()) {
	for {
		select {
		case <-t.ctx.Done():
			return
		case <-t.heard.changed:
			if t.heard.state().crashed {
				stop()
				return
			}
		}
	}
}

// print fills the empty tab and prints it when its pictures are there.
func (t *tab) print(html []byte) ([]byte, error) {
	var err error
	quiet(t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}, &err)
	if err != nil {
		return nil, err
	}
	content := page.SetDocumentContentParams{FrameID: t.heard.main, HTML: string(bytes.ToValidUTF8(html, []byte("\uFFFD")))}
	if _, err := command(t.ctx, t.session, t.left(printLimit), page.SetDocumentContent, content); err != nil {
		return nil, err
	}
	if _, err := t.evaluate(drawn, t.left(printLimit)); err != nil {
		return nil, fmt.Errorf("wait for the pictures: %w", err)
	}
	out, err := command(t.ctx, t.session, t.left(printLimit), page.PrintToPDF, page.PrintToPDFParams{
		PrintBackground: new(true), PreferCSSPageSize: new(true), PaperWidth: paperWidth, PaperHeight: paperHeight,
		MarginTop: &marginTop, MarginBottom: &marginBottom, MarginLeft: &marginLeft, MarginRight: &marginRight,
	})
	return out.Data, err
}

// drawn waits until every picture is ready to be drawn, or cannot be.
const drawn = `Promise.all([...document.images].map(i => i.decode().catch(() => {}))).then(() => true)`
