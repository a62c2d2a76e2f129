// Package chrome renders pages in a headless Chromium for package monitor.
package chrome

import (
	"context"
	"errors"
	"log/slog"

	"canhcong/monitor"
)

// Options configure a Browser.
type Options struct {
	Path      string            // of the browser, as Find returns it; "" means Find("")
	NoSandbox bool              // run without Chromium's sandbox: only for containers and tests that run as root
	Hosts     map[string]string // host name or *.suffix to ip[:port], instead of asking DNS
	Log       *slog.Logger      // nil means slog.Default()
}

// ErrRoot says that the sandbox cannot work because we run as root.
var ErrRoot = errors.New("chromium does not run its sandbox as root: run as an ordinary user (the systemd unit does), or accept hostile pages without a sandbox with NoSandbox")

// Browser is a monitor.Browser on one long-lived Chromium.
type Browser struct {
	o Options
}

var _ monitor.Browser = (*Browser)(nil)

// New prepares a Browser; Chromium starts with the first Render.
func New(o Options) (*Browser, error) {
	if needsNoSandbox() && !o.NoSandbox {
		return nil, ErrRoot
	}
	path, err := Find(o.Path)
	if err != nil {
		return nil, err
	}
	o.Path = path
	return &Browser{o: o}, nil
}

// Render looks at one page.
func (b *Browser) Render(ctx context.Context, r monitor.RenderRequest) (monitor.Rendering, error) {
	return monitor.Rendering{}, errors.New("chrome: not built yet")
}

// Close ends Chromium and removes its files.
func (b *Browser) Close() error { return nil }
