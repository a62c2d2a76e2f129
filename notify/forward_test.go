package notify

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// TestAddressesThatMove has a person's chat and the shared one become others.
func TestAddressesThatMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &post{moved: map[string]string{"telegram truca@telegram": "777", "telegram -100": "-200"}}
		carrier := way{p, "telegram"}
		o := newOffice(t, Options{Channels: []Channel{{Name: "telegram", Sender: carrier, Recipient: "-100"}}, Carriers: map[string]Sender{"telegram": carrier}})
		o.person("truca", "telegram")
		shut := o.open()
		defer func() { shut() }()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		p.log()
		shut()
		o.Desk = New(o.registry, o.archive, o.judge, Options{Channels: o.channels, Carriers: o.carriers})
		shut = o.open()
		o.see(o.site, availability, "n n")
		synctest.Wait()
		var to []string
		for _, line := range p.log() {
			to = append(to, strings.Fields(line)[2])
		}
		slices.Sort(to)
		if !slices.Equal(to, []string{"-200", "777"}) {
			t.Errorf("have %v, want both at their new addresses", to)
		}
		if _, who, err := o.AddressOf(t.Context(), "telegram", "777"); err != nil || who.Login != "truca" {
			t.Errorf("have %s (%v), want it still the same person's", who.Login, err)
		}
	})
}
