package notify

import (
	"testing"
)

// BenchmarkHandle measures a look that moves nothing, which is nearly every look, and one that is written down.
func BenchmarkHandle(b *testing.B) {
	for name, script := range map[string]string{"quiet": "n", "persists": "d d d d d"} {
		b.Run(name, func(b *testing.B) {
			o := newOffice(b, Options{})
			o.see(o.site, availability, script)
			v := o.look(o.site, availability, looks[availability][script[len(script)-1:]])
			for b.Loop() {
				v.Observation.ID++ // a new look
				if _, err := o.Handle(b.Context(), v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
