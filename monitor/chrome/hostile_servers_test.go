package chrome

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// hostileServers are answers that attack, whatever they hold.
func hostileServers() []hostile {
	return []hostile{
		{name: "never answers", page: hang, text: nothing, never: true},
		{name: "redirect loop", page: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, fmt.Sprintf("%s?%d", r.URL.Path, time.Now().UnixNano()), http.StatusFound)
		}, text: nothing, never: true},
		{name: "redirect of scripts", page: acts(`location.replace('/ping-a')`), text: nothing, never: true},
		{name: "refresh in the page", page: shows(`<meta http-equiv="refresh" content="0">`), text: nothing},
		{name: "refresh in a header", page: headed("Refresh", "0"), text: nothing},
		{name: "redirect to a file", page: headed("Location", "file:///etc/passwd"), text: nothing, never: true},
		{name: "slow header", page: raw(func(c net.Conn, done <-chan struct{}) {
			drip(c, done, "HTTP/1.1 200 OK\r\nX-A: ", "a")
		}), text: nothing, never: true},
		{name: "slow body", page: trickle, text: nothing, never: true},
		{name: "no header", page: answer("<h1>Trần trụi</h1>"), text: nothing},
		{name: "garbage", page: answer(strings.Repeat("\x00\xff\x13\x37", 5000)), text: nothing},
		{name: "garbage as a page", page: typed("text/html", strings.Repeat("\x00\xff<\xc3\x28>&#x110000;", 20_000)), text: nothing},
		{name: "wrong encoding", page: typed("text/html; charset=utf-16be", strings.Repeat("<p>Sai bảng mã</p>", 2000)), text: nothing},
		{name: "header bomb", page: raw(func(c net.Conn, done <-chan struct{}) {
			drip(c, done, "HTTP/1.1 200 OK\r\nX-A: ", strings.Repeat("a", 1<<16))
		}), text: nothing, never: true},
		{name: "many headers", page: answer("HTTP/1.1 200 OK\r\n" + strings.Repeat("Set-Cookie: a=b\r\n", 3000) + "Content-Length: 2\r\n\r\nok"), text: nothing},
		{name: "gzip bomb", page: packed("text/html; charset=utf-8"), text: nothing, memory: true},
		{name: "gzip bomb as a style", page: shows(`<link rel="stylesheet" href="/gzip-style">`), text: nothing},
		{name: "endless page", page: flood("text/html; charset=utf-8"), text: nothing, memory: true, never: true},
		{name: "endless data", page: acts(`fetch('/flood-data').then(r=>r.arrayBuffer())`), never: true, memory: true, text: nothing},
		{name: "endless parts", page: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=x")
			for r.Context().Err() == nil {
				if _, err := fmt.Fprint(w, "--x\r\nContent-Type: text/html\r\n\r\n<h1>Phần</h1>\r\n"); err != nil {
					return
				}
			}
		}, text: nothing},
		{name: "download", page: saved("application/octet-stream"), text: nothing},
		{name: "download of a page", page: saved("text/html"), text: nothing},
		{name: "document", page: typed("application/pdf", "%PDF-1.7\n%%EOF\n"), text: nothing},
		{name: "no content", page: bare(http.StatusNoContent), text: nothing},
		{name: "reset content", page: bare(http.StatusResetContent), text: nothing},
		{name: "not modified", page: bare(http.StatusNotModified), text: nothing},
		{name: "password", page: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", `Basic realm="Cổng"`)
			w.WriteHeader(http.StatusUnauthorized)
		}, text: nothing},
		{name: "error without a body", page: bare(http.StatusInternalServerError), text: nothing},
		{name: "reset", page: raw(func(c net.Conn, _ <-chan struct{}) {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
		}), text: nothing, never: true},
		{name: "cut short", page: answer("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 90000\r\n\r\n<h1>" + greeting + "</h1>"), text: nothing},
		{name: "bad chunks", page: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<h1>x</h1>"), text: nothing},
		{name: "two lengths", page: answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"), text: nothing},
		{name: "early hints", page: answer(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 5000) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), text: nothing},
		{name: "giant picture", page: whitePicture(30_000), text: nothing, memory: true},
		{name: "giant pictures in a page", page: shows(strings.Repeat(`<img src="/giant.png" width="9">`, 3)), text: nothing, memory: true},
		{name: "laughs of XML", page: typed("application/xhtml+xml", laughs()), text: nothing},
	}
}

// typed answers with a body of a type.
func typed(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(body))
	}
}

// saved answers with something to be saved to disk.
func saved(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="`+downloadName+`.html"`)
		typed(kind, "<h1>Tải về</h1>")(w, r)
	}
}

// headed answers with a page and one header; with a redirect for Location.
func headed(name, value string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, value)
		if name == "Location" {
			w.WriteHeader(http.StatusFound)
		}
		shows("")(w, r)
	}
}

func bare(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// raw hands the bare connection to f, until the client goes, and closes it.
func raw(f func(c net.Conn, done <-chan struct{})) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		f(c, r.Context().Done())
	}
}

// answer sends bytes as they are.
func answer(text string) http.HandlerFunc {
	return raw(func(c net.Conn, _ <-chan struct{}) { _, _ = c.Write([]byte(text)) })
}

// drip sends a beginning and then more and more, until nobody reads it.
func drip(c net.Conn, done <-chan struct{}, begin, more string) {
	text := begin
	for range 2000 {
		if _, err := c.Write([]byte(text)); err != nil {
			return
		}
		text = more
		select {
		case <-done:
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// packed answers with 1 GiB of text in 1 MB.
func packed(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(gibibyte())
	}
}

var gibibyte = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	block := bytes.Repeat([]byte("<p>bom nén</p>\n"), 1<<16)
	for range 1 << 30 / len(block) {
		_, _ = z.Write(block)
	}
	_ = z.Close()
	return b.Bytes()
})

// whitePicture answers with a valid PNG of n by n white dots.
func whitePicture(n int) http.HandlerFunc {
	png := sync.OnceValue(func() []byte { return whitePNG(n) })
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(png())
	}
}

// whitePNG writes the file by hand: image/png would need a gigabyte for it. One bit a dot (PNG specification, 11.2.2).
func whitePNG(n int) []byte {
	var rows bytes.Buffer
	z, _ := zlib.NewWriterLevel(&rows, zlib.BestSpeed)
	row := append([]byte{0}, bytes.Repeat([]byte{0xff}, (n+7)/8)...)
	for range n {
		_, _ = z.Write(row)
	}
	_ = z.Close()
	file := []byte("\x89PNG\r\n\x1a\n")
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(n)), uint32(n))
	for _, part := range []struct {
		kind string
		data []byte
	}{{"IHDR", append(size, 1, 0, 0, 0, 0)}, {"IDAT", rows.Bytes()}, {"IEND", nil}} {
		body := append([]byte(part.kind), part.data...)
		file = binary.BigEndian.AppendUint32(file, uint32(len(part.data)))
		file = binary.BigEndian.AppendUint32(append(file, body...), crc32.ChecksumIEEE(body))
	}
	return file
}

// laughs is an XHTML page of entities that stand for entities, a billion in the end.
func laughs() string {
	var s strings.Builder
	s.WriteString(`<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "lol">`)
	for i := range 9 {
		fmt.Fprintf(&s, `<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	return s.String() + `]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>&a9;</p></body></html>`
}

// trickle sends the head of a page at once and then a little every so often, for ever.
func trickle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	for i := 0; ; i++ {
		fmt.Fprintf(w, "<p>Đoạn %d</p>%s", i, strings.Repeat(" ", 1024))
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// events opens a stream of server-sent events and sends nothing.
func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// flood sends bytes without end.
func flood(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		line := []byte("<p>" + strings.Repeat("lũ ", 10_000) + "</p>\n")
		for r.Context().Err() == nil {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}
}
