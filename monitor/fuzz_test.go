package monitor

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
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
		s := sketchOf(body, portalName, speech{listen: shouts})
		if all, words := s.heard(); len(s.hosts) > hostsLimit || len(all.texts) > textsLimit || len(words) > 2 {
			t.Errorf("have %d hosts, %d texts, %d words", len(s.hosts), len(all.texts), len(words))
		}
		for host := range s.hosts {
			if strings.ContainsAny(host, " /\"'<>\\") || host == "" {
				t.Errorf("have the host %q", host)
			}
		}
		bounded(t, begun, len(body))
	})
}

// FuzzDecode reads bodies in any encoding they declare, and headers with anything in them.
func FuzzDecode(f *testing.F) {
	for _, c := range []string{"text/html; charset=x-viet-tcvn", "text/html; charset=windows-1258", "text/html;charset=utf-16", "text/html; charset=viscii", "", "charset=\"", ";;charset==;"} {
		f.Add([]byte("<font face='.VnTime'>\xb8\xb9</font><meta charset=\xff>"), c)
		f.Add([]byte("\xff\xfea\x00\xd8"), c)
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		begun := time.Now()
		before := bytes.Clone(body)
		if text := decode(body, contentType); len(text) > 4*len(body)+utf8.UTFMax {
			t.Errorf("%d bytes became %d", len(body), len(text))
		}
		if !bytes.Equal(body, before) {
			t.Errorf("reading %q changed it", before)
		}
		for name, value := range selectHeader(http.Header{"Server": {contentType}, "Etag": {string(body)}, "Set-Cookie": {contentType, string(body)}}) {
			if !utf8.ValidString(value) || len(value) > 11*headerValueLimit {
				t.Errorf("have the header %s: %q", name, value)
			}
		}
		bounded(t, begun, len(body)+len(contentType))
	})
}

// FuzzMemory reads any text as what a probe left for the next one.
func FuzzMemory(f *testing.F) {
	for _, s := range []string{"", "{}", `{"raw":"ab","hosts":[1,2]}`, `{"untold":-1}`, "[", `{"words":[4294967296]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		var m, again Memory
		if err := m.Scan(stored); err != nil {
			t.Fatal(err)
		}
		m.ask(http.Header{})
		m.learn([]string{"a"}, map[string]bool{"b.example": true})
		kept, err := m.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Scan(kept); err != nil || len(again.Hosts) != len(m.Hosts) || again.Raw != m.Raw && utf8.ValidString(m.Raw) {
			t.Errorf("have %+v, want %+v (%v)", again, m, err)
		}
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
