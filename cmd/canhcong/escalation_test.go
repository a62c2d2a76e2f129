package main

import (
	"testing"
	"time"

	"canhcong/notify"
)

func TestEscalationConfig(t *testing.T) {
	for _, test := range []struct {
		name   string
		values map[string]string
		want   map[notify.Severity]int // steps
		fails  bool
	}{
		{"as delivered", nil, map[notify.Severity]int{notify.Critical: 3, notify.Major: 3}, false},
		{"one severity less", map[string]string{"CANHCONG_ESCALATION_MAJOR": "none"}, map[notify.Severity]int{notify.Critical: 3}, false},
		{"warnings too", map[string]string{"CANHCONG_ESCALATION_WARNING": "1h"}, map[notify.Severity]int{notify.Critical: 3, notify.Major: 3, notify.Warning: 1}, false},
		{"nonsense", map[string]string{"CANHCONG_ESCALATION_CRITICAL": "soon"}, nil, true},
		{"falling", map[string]string{"CANHCONG_ESCALATION_CRITICAL": "15m,5m"}, nil, true},
	} {
		c, err := loadConfig("", func(name string) string { return test.values[name] })
		if err != nil {
			t.Fatal(err)
		}
		ladders, err := c.Escalation.ladders()
		if (err != nil) != test.fails || len(ladders) != len(test.want) {
			t.Errorf("%s: have %v (%v), want %v", test.name, ladders, err, test.want)
		}
		for severity, steps := range test.want {
			if l := ladders[severity]; len(l) != steps || severity == notify.Critical && l[0] != 5*time.Minute {
				t.Errorf("%s: have %v for %s, want %d steps", test.name, l, severity, steps)
			}
		}
	}
}
