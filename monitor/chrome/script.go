package chrome

import (
	"regexp"
	"slices"
	"strings"

	"canhcong/monitor"
)

// Limits of what is read of an inline script.
const (
	scriptRead  = 256 << 10 // bytes
	scriptHosts = 30
	longLiteral = 200 // characters of an encoded string that says something
	manyCodes   = 30  // character codes in one call
	manyEscapes = 20
	manyNames   = 8
)

// The spellings by which a script shows how it works, without spaces and in lower case. They are facts: packers and encoders
// are in honest use.
var (
	decodes  = []string{"eval(atob(", "eval(unescape(", "eval(decodeuri", "document.write(unescape(", "document.write(atob(", "function(atob(", "function(unescape("}
	sends    = []string{"fetch(", "sendbeacon(", "xmlhttprequest", "websocket(", "newimage", "importscripts(", "import(", ".src=", ".action=", "location=", "location.href", "location.replace(", "location.assign("}
	literal  = regexp.MustCompile(`(?:atob|unescape|decodeuricomponent)\(["'][a-z0-9+/=%]{200,}`)
	address  = regexp.MustCompile(`(?:[a-z]{2,5}:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)`)
	charCode = "fromcharcode("
)

// describe notes what the body of an inline script shows.
func describe(s *monitor.Script, body string) {
	tight := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.ToLower(clip(body, scriptRead)))
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(spelling string) bool { return strings.Contains(tight, spelling) })
	}
	for _, m := range []struct {
		name  string
		shows bool
	}{
		{monitor.ScriptPacked, strings.Contains(tight, "eval(function(p,a,c,k")},
		{monitor.ScriptDecodes, has(decodes) || literal.MatchString(tight)},
		{monitor.ScriptCharCodes, codes(tight) >= manyCodes},
		{monitor.ScriptHexNames, strings.Count(tight, "_0x") >= manyNames || strings.Count(tight, `\x`) >= manyEscapes},
		{monitor.ScriptRewrites, strings.Contains(tight, "document.documentelement.innerhtml=")},
		{monitor.ScriptSends, has(sends)},
	} {
		if m.shows {
			s.Marks = append(s.Marks, m.name)
		}
	}
	for _, m := range address.FindAllStringSubmatch(tight, 10*scriptHosts) {
		if !slices.Contains(s.Hosts, m[1]) && len(s.Hosts) < scriptHosts {
			s.Hosts = append(s.Hosts, m[1])
		}
	}
}

// codes is the most character codes that one call is given.
func codes(tight string) (most int) {
	for {
		_, rest, ok := strings.Cut(tight, charCode)
		if !ok {
			return most
		}
		args, _, _ := strings.Cut(rest, ")")
		most, tight = max(most, strings.Count(args, ",")+1), rest
	}
}
