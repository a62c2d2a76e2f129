package main

import (
	"context"

	"canhcong/notify"
)

// listener is a way to people over which they can answer.
type listener interface {
	// Listen hands what people say to a desk, as said over a channel of a name, until ctx ends.
	Listen(ctx context.Context, desk *notify.Desk, channel string) error
}

// heard names the ways over which people can answer.
func heard(carriers map[string]notify.Sender) (names []string) {
	for name, carrier := range carriers {
		if _, can := carrier.(listener); can {
			names = append(names, name)
		}
	}
	return names
}

// ears are the parts of the program that hear people's answers.
func ears(carriers map[string]notify.Sender, desk *notify.Desk) (parts []func(context.Context) error) {
	for name, carrier := range carriers {
		if l, can := carrier.(listener); can {
			parts = append(parts, func(ctx context.Context) error { return l.Listen(ctx, desk, name) })
		}
	}
	return parts
}
