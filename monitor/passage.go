package monitor

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// hiddenPassage is why nobody sees the text of a document that sends its visitors on to another page of the site, to log in
// for instance: it is there, and gone at once.
const hiddenPassage = "passage"

// Limits of what is read of such a document.
const (
	maxPassageBlocks = 1000
	maxPassageLinks  = 1000
	maxPassageText   = 2000 // bytes of one block
)

// passage adds what the document at the site's own address says when its script or a meta refresh led the browser on: a
// browser only describes where it ends. It is read without one; where that fails, the look knows no more than before.
func (l Looker) passage(ctx context.Context, o *Observation) {
	way := o.Page.Redirects
	if len(way) == 0 || way[0].How != "client" || bareHost(way[len(way)-1].URL) != bareHost(o.Site.URL) {
		return
	}
	resp, err := l.trip(o.Site, time.Now()).get(ctx, o.Site.URL)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		return
	}
	body, err := readBody(resp, new(bytes.Buffer))
	if err != nil {
		return
	}
	p := readPassage(decode(body, resp.Header.Get("Content-Type")), resp.Request.URL)
	o.Page.Blocks, o.Page.Links = append(o.Page.Blocks, p.blocks...), append(o.Page.Links, p.links...)
	o.Page.promise(cmp.Or(p.refresh, resp.Header.Get("Refresh")))
}

// promise notes where a passage asked browsers to go, when its own script was faster.
func (p *Page) promise(refresh string) {
	if refresh == "" || p.Meta["refresh"] != "" {
		return
	}
	if p.Meta == nil {
		p.Meta = make(map[string]string)
	}
	p.Meta["refresh"] = strings.ToValidUTF8(refresh[:min(len(refresh), maxPassageText)], "")
}

// passageReader collects the text of a document that nobody laid out, by the elements that usually are blocks.
type passageReader struct {
	base   *url.URL
	tag    string // of the block under way
	text   strings.Builder
	link   *Link // under way
	mute   string
	blocks []Block
	links  []Link

	refresh string // what a meta element asks browsers to do
}

func readPassage(body []byte, base *url.URL) *passageReader {
	p := &passageReader{base: base, tag: "body"}
	for z := html.NewTokenizer(bytes.NewReader(body)); len(p.blocks) < maxPassageBlocks; {
		switch z.Next() {
		case html.ErrorToken:
			p.flush("body")
			return p
		case html.TextToken:
			p.say(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			p.start(z.Token())
		case html.EndTagToken:
			name, _ := z.TagName()
			p.end(string(name))
		}
	}
	return p
}

// inline are elements that stay in the line they are in.
var inline = setOf("a abbr b em font i img input label mark small span strong sub sup u br")

func (p *passageReader) start(t html.Token) {
	switch t.Data {
	case "script", "style", "template", "noscript":
		p.mute = t.Data
		return
	case "a":
		p.follow(t)
	case "meta":
		p.meta(t)
	}
	if !inline[t.Data] {
		p.flush(t.Data)
	}
}

func (p *passageReader) end(tag string) {
	switch {
	case tag == p.mute:
		p.mute = ""
	case tag == "a" && p.link != nil:
		p.link.Text = strings.Join(strings.Fields(p.link.Text), " ")
		p.links = append(p.links, *p.link)
		p.link = nil
	case !inline[tag]:
		p.flush("div")
	}
}

func (p *passageReader) meta(t html.Token) {
	if p.refresh == "" && strings.EqualFold(attribute(t, "http-equiv"), "refresh") {
		p.refresh = strings.ToValidUTF8(attribute(t, "content"), "\uFFFD")
	}
}

// attribute returns the value of an attribute, "" when there is none.
func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (p *passageReader) follow(t html.Token) {
	for _, a := range t.Attr {
		if a.Key != "href" || len(p.links) >= maxPassageLinks {
			continue
		}
		if u, err := p.base.Parse(strings.TrimSpace(a.Val)); err == nil && u.Host != "" {
			p.link = &Link{URL: u.String(), Path: "passage/a", Hidden: hiddenPassage}
		}
	}
}

func (p *passageReader) say(text string) {
	if p.mute != "" || p.text.Len() > maxPassageText {
		return
	}
	text = text[:min(len(text), maxPassageText)]
	p.text.WriteString(" " + text)
	if p.link != nil {
		p.link.Text += " " + text
	}
}

// flush ends the block under way; next is the tag of the one that begins.
func (p *passageReader) flush(next string) {
	text := strings.ToValidUTF8(strings.Join(strings.Fields(p.text.String()), " "), "\uFFFD")
	if text != "" {
		tag := p.tag
		if tag == "title" {
			tag = "h1" // what announces the document
		}
		p.blocks = append(p.blocks, Block{Path: "passage/" + p.tag, Tag: tag, Text: text, Hidden: hiddenPassage})
	}
	p.text.Reset()
	p.tag = next
}
