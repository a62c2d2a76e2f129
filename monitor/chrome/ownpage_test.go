package chrome

import (
	"testing"
	"time"

	"canhcong/monitor"
)

// The monitor asks for its own page before it blames a site for a look that took too long.
func TestOwnPage(t *testing.T) {
	r, err := open(t).Render(t.Context(), monitor.RenderRequest{URL: monitor.OwnPage, Deadline: time.Minute})
	if err != nil || r.NetError != "" || r.Partial != "" || r.Title != "Canh Cổng" {
		t.Errorf("have title %q, net error %q, partial %q (%v), want our own page as a whole", r.Title, r.NetError, r.Partial, err)
	}
}
