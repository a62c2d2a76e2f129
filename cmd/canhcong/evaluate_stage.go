package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"canhcong/targets"
)

// stageDomain is the invented domain that evaluated pages are shown under.
const stageDomain = "danhgia.gov.vn"

// stage serves the pages of a cases folder on loopback, each baseline under a host name of its own, and can change what
// stands at its address.
type stage struct {
	root     *os.Root
	listener net.Listener
	server   *http.Server

	mu    sync.Mutex
	plays map[string]play // by host
}

// play is what a host shows.
type play struct {
	address string // path that the entry stands at, whatever the entry is called
	folder  string
	entry   string
	under   string // where files come from that folder lacks
}

func newStage(dir string) (*stage, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the cases folder: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve the cases: %w", err), root.Close())
	}
	s := &stage{root: root, listener: l, plays: map[string]play{}}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go s.server.Serve(l) // ends with close
	return s, nil
}

func (s *stage) address() string { return s.listener.Addr().String() }

func (s *stage) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.server.Shutdown(ctx) != nil {
		s.server.Close()
	}
	return s.root.Close()
}

// show puts a page under a host name and returns it as a site.
func (s *stage) show(name, folder, entry string) targets.Site {
	host := name + "." + stageDomain
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays[host] = play{address: "/" + entry, folder: folder, entry: entry}
	return targets.Site{ID: 1, Key: host, Name: host, URL: "http://" + host + "/" + entry}
}

// change puts the page of a case at the address of its baseline.
func (s *stage) change(host string, e evaluation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays[host] = play{address: "/" + e.BaselineEntry, folder: e.After, entry: e.AfterEntry, under: e.Fallback}
}

// ServeHTTP answers from the play of the host, then from the folder under it.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(r.Host, ":")
	s.mu.Lock()
	p, ok := s.plays[host]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	for _, name := range p.files(r.URL.Path) {
		if body, err := fs.ReadFile(s.root.FS(), name); err == nil {
			w.Header().Set("Content-Type", contentType(name, body))
			w.Header().Set("Cache-Control", "no-store")
			w.Write(body)
			return
		}
	}
	http.NotFound(w, r)
}

// files returns where an address may be found, best first. An entry from another folder brings its neighbours along.
func (p play) files(address string) []string {
	if address == p.address {
		return []string{path.Join(p.folder, p.entry)}
	}
	list := []string{path.Join(p.folder, address)}
	if rest, ok := strings.CutPrefix(address, path.Dir(p.address)); ok && path.Dir("/"+p.entry) != path.Dir(p.address) {
		list = append(list, path.Join(p.folder, path.Dir(p.entry), rest))
	}
	if p.under != "" {
		list = append(list, path.Join(p.under, address))
	}
	return list
}

// contentType leaves the charset of pages to the pages themselves, as many real servers do.
func contentType(name string, body []byte) string {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".html", ".htm", "":
		if kind := http.DetectContentType(body); ext == "" && !strings.HasPrefix(kind, "text/") {
			return kind
		}
		return "text/html"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return http.DetectContentType(body)
	}
}
