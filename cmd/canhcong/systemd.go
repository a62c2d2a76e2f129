package main

import (
	_ "embed"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"text/template"
)

// systemd is whoever started the program and wants to hear from it; the zero value is nobody. The protocol is sd_notify(3): a
// line for each thing to say, as one datagram.
type systemd struct{ socket string }

// systemdOf reads from the environment whether systemd listens.
func systemdOf(getenv func(string) string) systemd { return systemd{getenv("NOTIFY_SOCKET")} }

// tell says something: "READY=1".
func (s systemd) tell(state string) error {
	if s.socket == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: s.socket, Net: "unixgram"}) // "@name" is an abstract one
	if err != nil {
		return fmt.Errorf("tell systemd: %w", err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(state)); err != nil {
		return fmt.Errorf("tell systemd: %w", err)
	}
	return nil
}

//go:embed canhcong.service
var serviceUnit string

type systemdCommand struct {
	User string `help:"Account that it runs as." default:"canhcong"`
}

// Run prints the unit with which systemd keeps the program running.
func (c systemdCommand) Run(a *app) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	data, err := filepath.Abs(a.data)
	if err != nil {
		return fmt.Errorf("find the data directory: %w", err)
	}
	unit, err := template.New("canhcong.service").Parse(serviceUnit)
	if err != nil {
		return fmt.Errorf("read the unit: %w", err)
	}
	if err := unit.Execute(a.out, map[string]string{"Program": program, "Data": data, "User": c.User}); err != nil {
		return fmt.Errorf("print the unit: %w", err)
	}
	return nil
}
