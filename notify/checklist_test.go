package notify

import (
	"errors"
	"testing"
	"time"

	"canhcong/targets"
)

func TestChecklistsFollowTheKind(t *testing.T) {
	for _, c := range []struct {
		i     Incident
		first string
	}{
		{Incident{Concern: content, Severity: Critical}, "evidence"}, {Incident{Concern: content, Severity: Major}, "evidence"},
		{Incident{Concern: availability, Severity: Major}, "elsewhere"}, {Incident{Concern: certificate, Severity: Warning}, "contact"}, {Incident{Concern: quality}, ""},
	} {
		first := ""
		if list := c.i.Checklist(nil, targets.English); len(list) > 0 {
			first = list[0].Key
		}
		if first != c.first {
			t.Errorf("%s %s: have %q first, want %q", c.i.Concern, c.i.Severity, first, c.first)
		}
	}
	known := map[string]map[string]bool{}
	for kind, steps := range checklists {
		known[kind] = map[string]bool{}
		for _, s := range steps {
			if known[kind][s.key] {
				t.Errorf("%s has %q twice", kind, s.key)
			}
			known[kind][s.key] = true
		}
	}
}

func TestTick(t *testing.T) {
	o := newOffice(t, Options{})
	o.see(o.site, content, "s s")
	done := func() (list []string) {
		t.Helper()
		i, err := o.Incident(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		events, err := o.Timeline(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range i.Checklist(events, targets.Vietnamese) {
			if !c.At.IsZero() {
				list = append(list, c.Key+" "+c.By)
			}
		}
		return list
	}
	tick := func(key string, is bool, by string) {
		t.Helper()
		if _, err := o.Tick(t.Context(), 1, key, is, by); err != nil {
			t.Fatal(err)
		}
	}
	tick("evidence", true, "truca")
	tick("contact", true, "trucb")
	tick("bỏ qua", true, "trucb")
	tick("contact", false, "truca")
	if have := done(); len(have) != 1 || have[0] != "evidence truca" {
		t.Errorf("have %q", have)
	}
	o.see(o.site, content, "d d n n") // another kind, and over
	tick("leader", true, "truca")
	if have := done(); len(have) != 2 || have[1] != "leader truca" {
		t.Errorf("have %q, want what was done of the other kind as well", have)
	}
	if _, err := o.Tick(t.Context(), 9, "contact", true, "truca"); !errors.Is(err, ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	if have := (Event{Kind: ReasonTicked, Detail: "leader", At: time.Now()}).DetailText(targets.English); have != "Tell the duty leader; consider telling the authority within 24 hours" {
		t.Errorf("have %q", have)
	}
	if have := (Event{Kind: ReasonRaised, Detail: "leader"}).DetailText(targets.English); have != "leader" {
		t.Errorf("have %q", have)
	}
}
