package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor uses the console as a person's browser does: it keeps cookies, follows redirects and sends the forms it was shown.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
	page   *html.Node
	at     *url.URL
}

func newVisitor(t *testing.T, base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: base, client: &http.Client{Jar: jar}}
}

// open goes to an address of the console and returns the text of the page.
func (v *visitor) open(path string) string {
	v.t.Helper()
	req, err := http.NewRequest(http.MethodGet, v.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(req)
}

// submit sends the form whose action ends so, with the fields it came with and these on top.
func (v *visitor) submit(action string, fields map[string]string) {
	v.t.Helper()
	form := find(v.page, func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), action) })
	if form == nil {
		v.t.Fatalf("%s has no form to %s:\n%s", v.at, action, text(v.page))
	}
	values := url.Values{}
	find(form, func(n *html.Node) bool {
		if n.Data == "input" && attr(n, "value") != "" && attr(n, "type") != "radio" {
			values.Set(attr(n, "name"), attr(n, "value"))
		}
		return false
	})
	for name, value := range fields {
		values.Set(name, value)
	}
	to, err := v.at.Parse(attr(form, "action"))
	if err != nil {
		v.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", v.base)
	v.do(req)
}

// link returns the address of the first link on the page whose address contains part.
func (v *visitor) link(part string) string {
	v.t.Helper()
	a := find(v.page, func(n *html.Node) bool { return n.Data == "a" && strings.Contains(attr(n, "href"), part) })
	if a == nil {
		v.t.Fatalf("%s has no link to %s:\n%s", v.at, part, text(v.page))
	}
	return attr(a, "href")
}

func (v *visitor) do(req *http.Request) string {
	v.t.Helper()
	resp, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if v.page, err = html.Parse(strings.NewReader(string(body))); err != nil {
		v.t.Fatal(err)
	}
	v.at = resp.Request.URL
	if resp.StatusCode != http.StatusOK {
		v.t.Fatalf("%s %s: have status %d: %s", req.Method, req.URL, resp.StatusCode, text(v.page))
	}
	return text(v.page)
}

func find(n *html.Node, want func(*html.Node) bool) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && want(d) {
			return d
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
