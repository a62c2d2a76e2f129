package monitor

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// source is what a challenge page is known by: the little it says, and its scripts. Both are in lower case, and cut.
type source struct {
	text    string
	scripts string
}

const (
	// challengeText is the most a challenge page says, in bytes. An article may quote any of the phrases below.
	challengeText = 1500
	// sourceLimit is how much of the text and the scripts is looked at.
	sourceLimit = 20_000
)

// wall is one kind of challenge page: every mark of one list must be there.
type wall struct {
	name    string
	text    [][]string // marks in what the page says
	scripts [][]string // marks in its scripts
}

// walls are the stubs that firewalls answer with instead of the page, often with status 200.
var walls = []wall{
	{name: "D1N", scripts: [][]string{{`document.cookie="d1n=`}, {`document.cookie='d1n=`}}},
	{name: "Cloudflare", text: [][]string{{"just a moment..."}, {"checking your browser before"}, {"attention required! | cloudflare"}, {"ddos protection by cloudflare"}},
		scripts: [][]string{{"cf-chl-"}, {"/cdn-cgi/challenge-platform/", "/orchestrate/"}, {"_cf_chl_opt"}}}, // its other scripts are on ordinary pages
	{name: "F5", text: [][]string{{"the requested url was rejected", "support id"}}, scripts: [][]string{{"/tspd/"}}},
	{name: "FortiWeb", text: [][]string{{"web page blocked", "attack id"}, {"web page blocked", "fortiweb"}, {"fortiguard", "blocked"}}},
	{name: "Incapsula", text: [][]string{{"incapsula incident id"}}, scripts: [][]string{{"_incapsula_resource"}}},
	{name: "Sucuri", text: [][]string{{"sucuri website firewall", "access denied"}}, scripts: [][]string{{"sucuri_cloudproxy"}}},
	{name: "Akamai", text: [][]string{{"access denied", "you don't have permission to access", "reference #"}}},
	{name: "ModSecurity", text: [][]string{{"not acceptable!", "mod_security"}}},
	{name: "captcha", text: [][]string{
		{"verify you are human"}, {"verify that you are human"}, {"verifying you are human"}, {"are you a robot"}, {"i'm not a robot"},
		{"enable javascript and cookies to continue"}, {"please complete the security check"}, {"unusual traffic from your"},
		{"xác minh bạn không phải là robot"}, {"xác minh bạn là con người"}, {"tôi không phải là người máy"}, {"đang kiểm tra trình duyệt"},
	}},
}

// challenge names the firewall whose stub this is, "" for an ordinary page.
func challenge(header map[string]string, s source) string {
	if header["cf-mitigated"] != "" {
		return "Cloudflare"
	}
	if len(s.text) > challengeText {
		return ""
	}
	for _, w := range walls {
		if hasAny(s.text, w.text) || hasAny(s.scripts, w.scripts) {
			return w.name
		}
	}
	if strings.TrimSpace(s.text) == "" && setsCookie(s.scripts) {
		return "cookie"
	}
	return ""
}

// setsCookie recognises the stubs nobody has named yet: a page that says nothing, sets a cookie and loads itself again.
func setsCookie(scripts string) bool {
	return len(scripts) < 2000 && strings.Contains(scripts, "document.cookie") &&
		slices.ContainsFunc([]string{"location.reload", "location.href", "location.replace", "window.location"}, func(mark string) bool {
			return strings.Contains(scripts, mark)
		})
}

func hasAny(in string, lists [][]string) bool {
	return slices.ContainsFunc(lists, func(marks []string) bool {
		return !slices.ContainsFunc(marks, func(mark string) bool { return !strings.Contains(in, mark) })
	})
}

// sourceOfPage takes the source from what a browser extracted.
func sourceOfPage(p Page) source {
	var text, scripts strings.Builder
	text.WriteString(p.Title + "\n")
	for _, b := range p.Blocks {
		if text.Len() > sourceLimit {
			break
		}
		if b.Hidden == "" {
			text.WriteString(b.Text + "\n")
		}
	}
	for _, s := range p.Scripts {
		if scripts.Len() > sourceLimit {
			break
		}
		scripts.WriteString(s.Src + s.Head + "\n")
	}
	return source{strings.ToLower(text.String()), strings.ToLower(scripts.String())}
}

// sourceOfBody takes it from HTML that no browser has seen.
func sourceOfBody(body []byte) source {
	var text, scripts strings.Builder
	into := &text
	for z := html.NewTokenizer(bytes.NewReader(body)); text.Len() < sourceLimit && scripts.Len() < sourceLimit; {
		switch z.Next() {
		case html.ErrorToken:
			return source{strings.ToLower(text.String()), strings.ToLower(scripts.String())}
		case html.TextToken:
			into.WriteString(strings.TrimFunc(string(z.Text()), unicode.IsSpace) + "\n")
		case html.StartTagToken:
			t := z.Token()
			if t.Data == "script" || t.Data == "style" {
				into = &scripts
			}
			for _, a := range t.Attr {
				if t.Data == "script" && a.Key == "src" {
					scripts.WriteString(a.Val + "\n")
				}
			}
		case html.EndTagToken:
			into = &text
		}
	}
	return source{strings.ToLower(text.String()), strings.ToLower(scripts.String())}
}
