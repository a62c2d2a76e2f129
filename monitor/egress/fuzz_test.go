package egress

import (
	"bytes"
	"io"
	"net"
	"testing"
)

// conversation is a client that says something and hears nothing.
type conversation struct{ *bytes.Reader }

func (conversation) Write(b []byte) (int, error) { return len(b), nil }

func FuzzReadRequest(f *testing.F) {
	f.Add([]byte("\x05\x01\x00\x05\x01\x00\x03\x0btinhmau.gov\x01\xbb"))
	f.Add([]byte("\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"))
	f.Fuzz(func(t *testing.T, said []byte) {
		address, err := readRequest(conversation{bytes.NewReader(said)})
		if err != nil {
			return
		}
		if _, _, err := net.SplitHostPort(address); err != nil && !bytes.ContainsAny(said, "[]:") {
			t.Errorf("%q: have %q: %v", said, address, err)
		}
		_ = answer(io.Discard, true)
	})
}

func FuzzParseException(f *testing.F) {
	f.Add("10.20.0.0/16:443")
	f.Add("[fd00::/8]:80")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseException(text)
		if err != nil {
			return
		}
		if again, err := ParseException(e.String()); err != nil || again != e {
			t.Errorf("%q: have %v, read again as %v (%v)", text, e, again, err)
		}
	})
}
