package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"canhcong/notify"
)

// terminalSender shows alerts on the terminal as a phone would, and saves their pictures.
type terminalSender struct {
	out    io.Writer
	folder string

	mu   sync.Mutex
	sent int
}

// Send prints one message. Its receipt is its number.
func (t *terminalSender) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	b.WriteString("\n  ┌─ 📱 ────────────────────────────────────────────\n")
	for line := range strings.Lines(m.Title + "\n" + m.Body) {
		b.WriteString("  │ " + strings.TrimRight(line, "\n") + "\n")
	}
	if len(m.Picture) > 0 {
		name, err := t.savePicture(m.Picture)
		if err != nil {
			return notify.Receipt{}, err
		}
		b.WriteString("  │ 🖼  " + name + "\n")
	}
	b.WriteString("  └─────────────────────────────────────────────────\n\n")
	if _, err := io.WriteString(t.out, b.String()); err != nil {
		return notify.Receipt{}, fmt.Errorf("print an alert: %w", err)
	}
	t.sent++
	return notify.Receipt{ID: fmt.Sprint(t.sent)}, nil
}

func (t *terminalSender) savePicture(png []byte) (string, error) {
	if err := os.MkdirAll(t.folder, 0o700); err != nil {
		return "", fmt.Errorf("save the picture of an alert: %w", err)
	}
	name := filepath.Join(t.folder, fmt.Sprintf("alert-%d.png", t.sent+1))
	if err := os.WriteFile(name, png, 0o600); err != nil {
		return "", fmt.Errorf("save the picture of an alert: %w", err)
	}
	return name, nil
}

// demoListen opens the console's port; when nobody chose the port and it is taken, any free one will do.
func demoListen(address string, chosen bool) (net.Listener, error) {
	l, err := listen(address)
	if err == nil || chosen {
		return l, err
	}
	return listen("127.0.0.1:0")
}
