// Package monitor looks at sites and says what it saw.
//
// Two depths exist. A probe is plain HTTP without a browser: name resolution, connection, certificate, status and a
// fingerprint of the body. A render opens the page in a real browser and extracts what a person would see, and what is
// hidden from them. When to look is in the database (next_due_at of each site and depth): a dispatcher claims what is due
// into bounded pools. Each look ends in exactly one Outcome, is stored as an Observation, and is handed to the next room
// as a Handler; what that room answers ("again in 20 s") moves the next look forward.
//
// The room owns looks, observations and artefacts, and never decides what an observation means.
package monitor

import (
	"context"
	"time"
)

// Handler receives each Observation after it is stored. A positive again asks for the next look of the same depth that
// soon; zero leaves the pace to the site's profile.
type Handler func(ctx context.Context, o Observation) (again time.Duration, err error)

// Browser renders pages. The implementation may live in another process, so everything in and out is plain data.
type Browser interface {
	// Render opens the address in a fresh context and extracts the page. A page that cannot be reached, hangs or misbehaves
	// is a Rendering that says so (NetError, Partial); an error means that the browser itself failed and nothing was learnt
	// about the page.
	Render(ctx context.Context, r RenderRequest) (Rendering, error)
}

// RenderRequest asks for one look in a browser.
type RenderRequest struct {
	URL      string
	RealTime bool          // let the page's clock run as the wall clock does, instead of in virtual time
	Deadline time.Duration // the whole look, however the page behaves
}
