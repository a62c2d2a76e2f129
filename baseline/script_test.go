package baseline

import (
	"testing"

	"canhcong/monitor"
)

func TestNewInlineScripts(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range []struct {
		name   string
		script monitor.Script
		want   Content
		signal Signal
	}{
		{"one that hides what it does", monitor.Script{Head: "eval(function(p,a", Marks: []string{monitor.ScriptPacked}}, Suspicious, SignalObfuscation},
		{"one that can reach a stranger", monitor.Script{Head: "addEventListener", Marks: []string{monitor.ScriptSends}, Hosts: []string{"thu-thap.example"}}, Suspicious, SignalFetchOrigin},
		{"one that only names a stranger", monitor.Script{Head: "var x", Hosts: []string{"thu-thap.example"}}, Normal, ""},
		{"one that reaches its own", monitor.Script{Head: "fetch", Marks: []string{monitor.ScriptSends}, Hosts: []string{"www.google.com", "tinhmau.gov.vn"}}, Normal, ""},
	} {
		b := newPortal(9)
		b.p.Scripts = append(b.p.Scripts, c.script)
		if v := Compare(base, anchor, b.done(t)); v.Content != c.want || c.signal != "" && !has(v.Evidence, c.signal) {
			t.Errorf("%s: have %s, want %s by %q\n%s", c.name, v.Content, c.want, c.signal, explain(v))
		}
	}
}
