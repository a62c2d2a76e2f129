package notify

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
)

// TestStopWhileManyAreUnderWay stops the outbox while messages to many recipients hang: how each of them ended is written down.
func TestStopWhileManyAreUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := sending(func(ctx context.Context, _ Message) (Receipt, error) {
			<-ctx.Done()
			return Receipt{}, ctx.Err()
		})
		var channels []Channel
		for n := range 8 {
			channels = append(channels, Channel{Name: fmt.Sprint("way", n), Recipient: "trực", Sender: hang})
		}
		o := newOffice(t, Options{Channels: channels})
		o.see(o.site, availability, "d d d d")
		shut := o.open()
		synctest.Wait()
		shut()
		list, err := o.Alerts(t.Context(), 1)
		if err != nil || len(list) != len(channels) {
			t.Fatalf("have %d alerts (%v)", len(list), err)
		}
		for _, a := range list {
			if a.Attempts != 1 || a.LastError == "" {
				t.Errorf("%s: have %d attempts, %q, want what became of it", a.Channel, a.Attempts, a.LastError)
			}
		}
	})
}
