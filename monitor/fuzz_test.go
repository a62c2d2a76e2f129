package monitor

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/png"
	"testing"
	"time"
)

// tooLong is more than a reader may take over one input of the fuzzer, on a busy machine.
const tooLong = 5 * time.Second

func bounded(t *testing.T, begun time.Time, size int) {
	t.Helper()
	if took := time.Since(begun); took > tooLong {
		t.Errorf("%d bytes took %v", size, took)
	}
}

var bodies = []string{
	"", "<p>Cổng thông tin 12", "<script>var a='</p>'</script><a href='/tin/1?x=2'>Tin</a>", "<meta http-equiv=refresh content='0;url=http://a.vip'>",
	"<style><!--", "<a href=\"http://[::1\">", "<!doctype html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x></script>", "\x00<\xff>&#x110000;",
	"<textarea><script>", "<svg><style><p>a</svg>",
}

// FuzzBody reads any body as probes read it: its fingerprint and the marks of challenge pages.
func FuzzBody(f *testing.F) {
	for _, s := range bodies {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		begun := time.Now()
		first := Fingerprint(body)
		if again := Fingerprint(body); len(first) != 32 || first != again {
			t.Errorf("fingerprint of %q: have %q and %q, want 32 digits twice", body, first, again)
		}
		challenge(map[string]string{}, sourceOfBody(body))
		bounded(t, begun, len(body))
	})
}

// FuzzMeasure measures any bytes that call themselves a screenshot, as they are and with their checksums set right: few
// changed pictures get past those. The pictures it begins with are small, since the size of one changes no path through
// the readers.
func FuzzMeasure(f *testing.F) {
	r := image.Rect(0, 0, 21, 12)
	for _, img := range []image.Image{image.NewRGBA(r), image.NewNRGBA64(r), image.NewGray(r), image.NewGray16(r), image.NewPaletted(r, palette.Plan9[:7])} {
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, shot []byte) {
		begun := time.Now()
		measureAny(t, shot)
		if whole := resealed(shot); !bytes.Equal(whole, shot) {
			measureAny(t, whole)
		}
		bounded(t, begun, len(shot))
	})
}

func measureAny(t *testing.T, shot []byte) {
	t.Helper()
	v, err := Measure(shot)
	if err == nil && (v == nil || len(v.GrayPNG) == 0 || v.Dark < 0 || v.Dark > 1 || v.White > 1 || v.Colour > 1) {
		t.Errorf("have %+v", v)
	}
}

// resealed sets the checksum of every chunk of a PNG right.
func resealed(shot []byte) []byte {
	b := bytes.Clone(shot)
	for at := 8; at+12 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[at:]))
		if n > len(b)-at-12 {
			break
		}
		binary.BigEndian.PutUint32(b[at+8+n:], crc32.ChecksumIEEE(b[at+4:at+8+n]))
		at += 12 + n
	}
	return b
}

// FuzzUnpackPage reads any artefact as a stored page, packed or not.
func FuzzUnpackPage(f *testing.F) {
	packed, err := packPage(&Page{Title: "Cổng", Blocks: []Block{{Text: "a"}}, Visual: &Visual{Dark: 0.5}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	for _, s := range []string{"", "{}", `{"title":"a","blocks":[{"rect":{"x":1e9}}]}`, `[[[[`, "null", `{"hosts":{"script":null}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		begun := time.Now()
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		z.Write(b)
		z.Close()
		for _, artefact := range [][]byte{b, zipped.Bytes()} {
			p, err := unpackPage(artefact)
			if err != nil {
				continue
			}
			again, err := packPage(p)
			if err != nil {
				t.Errorf("a page that was read cannot be written: %v", err)
			} else if _, err := unpackPage(again); err != nil {
				t.Errorf("a page that was written cannot be read: %v", err)
			}
		}
		bounded(t, begun, len(b))
	})
}
