package baseline

import (
	"slices"
	"strings"
	"testing"
)

const localTerm = "x-cho-tinh\tchợ Ví Dụ đêm\tvi\twatch\t0\t-\tKhai mạc chợ Ví Dụ đêm\tchợ Ví Dụ ngày"

func TestUseLocalTerms(t *testing.T) {
	t.Cleanup(func() { lexiconInUse = shippedLexicon })
	if err := UseLocalTerms("# của tỉnh\n" + localTerm); err != nil {
		t.Fatal(err)
	}
	base, anchor := learnt(t)
	b := newPortal(9)
	b.block("body/main/p", "p", "Mời đến chợ Ví Dụ đêm", 16)
	v := Compare(base, anchor, b.done(t))
	if v.Content != Suspicious || !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalWatched }) {
		t.Errorf("have %s, want a question about what is watched for\n%s", v.Content, explain(v))
	}
	for text, want := range map[string]string{
		"x\ty": "want 8",
		strings.Replace(localTerm, "watch", "spame", 1):                              "family",
		strings.Replace(localTerm, "x-cho-tinh", "en-hacked-by", 1):                  "another",
		strings.Replace(localTerm, "Khai mạc", "Khai mạc chợ", 1) + " chợ Ví Dụ đêm": "does not match",
		strings.Replace(localTerm, "Khai mạc chợ Ví Dụ đêm", "Chợ khác", 1):          "does not match its example",
	} {
		was := lexiconInUse
		err := UseLocalTerms(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: have %v, want an error about %q", text, err, want)
		}
		if lexiconInUse != was {
			t.Errorf("%q changed the terms in use", text)
		}
	}
}
