// Command canhcong watches government portals and tells the right person when one is defaced, injected, hijacked or down.
//
// This package only wires the rooms together: each subcommand is one file, and "serve" is the whole chain
// targets → monitor → baseline → notify with the console beside it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // Asia/Ho_Chi_Minh, also on a machine without zone files
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	stop()
	if err == nil {
		return
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, "canhcong: "+text)
	}
	if exit, ok := errors.AsType[exitError](err); ok {
		os.Exit(exit.code)
	}
	os.Exit(1)
}

// exitError ends the program with a code that scripts rely on. A nil err has been explained on the output already.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }
