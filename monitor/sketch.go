package monitor

import (
	"bytes"
	"net/netip"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/publicsuffix"
)

// hostsLimit is how many hosts are kept of one body.
const hostsLimit = 400

// sketch is what one reading of a body without a browser gives: its fingerprint, the hosts it leads to, and what it says, be
// it hidden, in attributes, scripts or comments.
type sketch struct {
	pieces
	speech
	own   string // registrable domain of the site: where else does it lead?
	hosts map[string]bool
	seen  map[string]bool // hosts as they are written
}

// sketchOf reads a decoded body. own is the site's host; heard is asked about texts that the body before did not have.
func sketchOf(body []byte, own string, heard speech) *sketch {
	s := &sketch{speech: heard, own: domainOf(own), hosts: map[string]bool{}, seen: map[string]bool{}}
	var raw string // the element whose text is not words
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			s.flush()
			return s
		case html.TextToken:
			s.text(raw, z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			raw = s.start(z)
		case html.EndTagToken:
			raw = ""
			if name, _ := z.TagName(); !inline[string(name)] {
				s.flush()
			}
		case html.CommentToken:
			s.aside(z.Text())
		}
	}
}

func (s *sketch) text(raw string, text []byte) {
	switch raw {
	case "style":
	case "script":
		s.script(text)
		s.aside(text)
	default:
		s.words(text)
		s.end()
		s.say(text)
	}
}

// addressOf names the attribute of each element that says where it leads.
var addressOf = map[string]string{
	"a": "href", "area": "href", "link": "href", "base": "href", "script": "src", "iframe": "src", "frame": "src", "embed": "src",
	"object": "data", "form": "action",
}

// spoken are the attributes that hold words for people or search engines.
var spoken = setOf("alt title content value placeholder label summary aria-label srcdoc onload")

// start reads an element, and returns its name where its text is not words.
func (s *sketch) start(z *html.Tokenizer) (raw string) {
	name, more := z.TagName()
	element := string(name)
	if element == "script" || element == "style" {
		raw = element
	}
	switch {
	case !inline[element]:
		s.flush()
	case element == "br":
		s.say([]byte{' '})
	}
	address, meta := addressOf[element], metadata{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch {
		case string(key) == address:
			s.leads(string(value))
			s.address(element, string(value))
		case element == "meta":
			meta.read(string(key), value)
		}
		if spoken[string(key)] && len(value) < 4*headerValueLimit { // longer ones are states that a server keeps in the page
			s.aside(value)
		}
	}
	if meta.told() {
		s.words(meta.content)
		s.end()
	}
	if _, to, ok := strings.Cut(lower(string(meta.content)), "url="); ok && meta.name == "refresh" {
		s.leads(strings.Trim(to, " '\""))
	}
	return raw
}

// metadata is a meta element.
type metadata struct {
	name    string
	content []byte
}

func (m *metadata) read(key string, value []byte) {
	switch key {
	case "name", "property", "http-equiv":
		m.name = lower(string(value))
	case "content":
		m.content = value
	}
}

// told says whether people and search engines see it. Other names are left out: tokens live there too.
func (m *metadata) told() bool {
	return m.name == "description" || m.name == "keywords" || m.name == "refresh" || strings.HasPrefix(m.name, "og:")
}

// leads notes the host of an address.
func (s *sketch) leads(to string) {
	to = strings.TrimSpace(to)
	if i := strings.Index(to[:min(len(to), 16)], "//"); i == 0 || i > 0 && to[i-1] == ':' {
		s.host(to[i+2:])
	}
}

// script notes the hosts that an inline script names in addresses: after two slashes, escaped or not, that follow a colon
// or a quotation mark.
func (s *sketch) script(text []byte) {
	for len(s.seen) < hostsLimit {
		i := bytes.IndexByte(text, '/')
		if i < 0 || i+2 >= len(text) {
			return
		}
		before := byte(' ')
		if at := i - 1; at >= 0 && text[at] == '\\' && at > 0 {
			before = text[at-1]
		} else if at >= 0 {
			before = text[at]
		}
		text = text[i+1:]
		rest := bytes.TrimPrefix(text, []byte(`\`))
		if rest[0] == '/' && strings.IndexByte(":'\"`", before) >= 0 {
			s.host(string(rest[1:min(len(rest), 300)]))
		}
	}
}

// host notes the host at the beginning of what follows the slashes of an address, unless it is the site's own.
func (s *sketch) host(rest string) {
	if end := strings.IndexAny(rest, "/?#\\\"'`<> \t\r\n,;)"); end >= 0 {
		rest = rest[:end]
	}
	if len(s.seen) >= hostsLimit || s.seen[rest] {
		return
	}
	s.seen[rest] = true
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	name := rest
	if colon := strings.LastIndexByte(name, ':'); colon >= 0 && !strings.HasSuffix(name, "]") {
		name = name[:colon]
	}
	name = strings.Trim(lower(name), ".[]")
	if !strings.ContainsAny(name, ".:") || len(name) > 253 {
		return
	}
	if domain := domainOf(name); domain != s.own {
		s.hosts[domain] = true
	}
}

// domainOf is what one owner controls: the registrable domain of a host, or the host itself where it has none.
func domainOf(host string) string {
	host = lower(host)
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}
