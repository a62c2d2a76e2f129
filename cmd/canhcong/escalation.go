package main

import (
	"fmt"

	"canhcong/notify"
)

// escalationConfig is how long after an incident opened the next people are told that nobody has taken it on, by its severity:
// rising times, "5m,15m,30m", or "none".
type escalationConfig struct {
	Critical string `toml:"critical"`
	Major    string `toml:"major"`
	Warning  string `toml:"warning"`
}

func (c escalationConfig) ladders() (map[notify.Severity]notify.Ladder, error) {
	ladders := map[notify.Severity]notify.Ladder{}
	for severity, text := range map[notify.Severity]string{notify.Critical: c.Critical, notify.Major: c.Major, notify.Warning: c.Warning} {
		l, err := notify.ParseLadder(text)
		if err != nil {
			return nil, fmt.Errorf("escalation.%s: %w", severity, err)
		}
		if len(l) > 0 {
			ladders[severity] = l
		}
	}
	return ladders, nil
}
