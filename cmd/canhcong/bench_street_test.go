package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// streetDomain is the invented domain that the simulated portals are under.
	streetDomain = "tinhmau.gov.vn"
	// stillHost names a portal on which the server changes nothing, not even a counter.
	stillHost = "dungyen." + streetDomain
	designs   = 24
)

// streetOrders say what the simulated portals do.
type streetOrders struct {
	NewsEvery time.Duration // between two news of one portal; 0 is never
	CA        string        // file for the certificate to trust, "" for none
}

// streetGreeting says where they are.
type streetGreeting struct{ HTTP, HTTPS string }

// street is any number of simulated portals behind two ports, told apart by their host names.
type street struct {
	designs []simulated
	files   map[string][]byte
	every   time.Duration
	begun   time.Time

	mu      sync.Mutex
	harmed  map[string]string // by host: what was done to it
	callers map[string]*caller
}

// caller is who came to one home page: the looks of the product, as the portal sees them.
type caller struct {
	visits          int
	probes, renders beats
}

// beats are visits of one kind.
type beats struct {
	n       int
	last    time.Time
	longest time.Duration // between two, or between one and the end of watching
}

func (c *beats) beat(now time.Time) {
	c.n++
	c.rest(now)
	c.last = now
}

func (c *beats) rest(now time.Time) { c.longest = max(c.longest, now.Sub(c.last)) }

// streetReport is what the portals saw since they were told to watch.
type streetReport struct{ Probes, Renders beatsReport }

// beatsReport is about one kind of visit to all portals.
type beatsReport struct {
	N       int
	Longest []time.Duration // that each portal went without one, in order
}

func playStreet(orders []byte) (any, func(string) (any, error), func() error, error) {
	var o streetOrders
	if err := json.Unmarshal(orders, &o); err != nil {
		return nil, nil, nil, err
	}
	s := &street{files: simulatedFiles(designs), every: o.NewsEvery, begun: time.Now(), harmed: map[string]string{}, callers: map[string]*caller{}}
	for i := range designs {
		s.designs = append(s.designs, newSimulated(i))
	}
	certificate, err := ownCertificate(o.CA)
	if err != nil {
		return nil, nil, nil, err
	}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, nil, err
	}
	secure, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, nil, errors.Join(err, plain.Close())
	}
	open, closed := newStreetServer(s), newStreetServer(s)
	closed.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	go open.Serve(plain)
	go closed.ServeTLS(secure, "", "")
	end := func() error { return errors.Join(open.Close(), closed.Close()) }
	return streetGreeting{plain.Addr().String(), secure.Addr().String()}, s.answer, end, nil
}

func newStreetServer(s *street) *http.Server {
	return &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)} // visitors hang up
}

// ownCertificate is for every host of the street, signed by itself, and written to a file for those who are to trust it.
func ownCertificate(file string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	t := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: streetDomain}, DNSNames: []string{streetDomain, "*." + streetDomain},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	if file != "" {
		err = os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// answer obeys "deface HOST", "inject HOST" and "restore HOST". "watch N" makes it forget whom it saw, and "report" tells who
// came to the first N portals since.
func (s *street) answer(line string) (any, error) {
	order, object, _ := strings.Cut(line, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch order {
	case "deface", "inject":
		s.harmed[object] = order
	case "restore":
		delete(s.harmed, object)
	case "watch":
		n, err := strconv.Atoi(object)
		s.callers = map[string]*caller{}
		for i := range n {
			c := &caller{}
			c.probes.last, c.renders.last = time.Now(), time.Now()
			s.callers[hostOf(i)] = c
		}
		return true, err
	case "report":
		return s.report(time.Now()), nil
	default:
		return nil, errors.New("is no order")
	}
	return true, nil
}

func (s *street) report(now time.Time) (r streetReport) {
	for _, c := range s.callers {
		c.probes.rest(now)
		c.renders.rest(now)
		r.Probes.add(c.probes)
		r.Renders.add(c.renders)
	}
	slices.Sort(r.Probes.Longest)
	slices.Sort(r.Renders.Longest)
	return r
}

func (r *beatsReport) add(c beats) {
	r.N += c.n
	r.Longest = append(r.Longest, c.longest)
}

// longerThan is how many portals went without a visit for longer.
func (r beatsReport) longerThan(limit time.Duration) int {
	at, _ := slices.BinarySearch(r.Longest, limit+1)
	return len(r.Longest) - at
}

// ServeHTTP answers like a content management system.
func (s *street) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if file, ok := s.files[r.URL.Path]; ok {
		w.Header().Set("Content-Type", fileTypes[r.URL.Path[strings.LastIndexByte(r.URL.Path, '.'):]])
		w.Header().Set("Cache-Control", "max-age=86400")
		w.Write(file)
		return
	}
	host, _, _ := strings.Cut(r.Host, ":")
	switch {
	case r.URL.Path == "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		s.serveHome(w, host, r.Header.Get("Upgrade-Insecure-Requests") != "")
	case strings.HasPrefix(r.URL.Path, "/api/"):
		fmt.Fprint(w, "Nhiệt độ 25 °C, độ ẩm 70 %")
	default:
		http.NotFound(w, r)
	}
}

var fileTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".jpg": "image/jpeg"}

func (s *street) serveHome(w io.Writer, host string, browser bool) {
	now := time.Now()
	visits, harm := s.call(host, browser, now)
	v := visit{host: host, unit: unitOf(host), visits: visits, now: now, published: s.published(host, now)}
	switch harm {
	case "deface":
		io.WriteString(w, defacedPage(host))
		return
	case "inject":
		v.more = injectedBlock(host)
	}
	if host == stillHost {
		v.visits, v.now, v.published = 0, s.begun, 0
	}
	s.designs[hashOf(host)%designs].write(w, v)
}

// call notes who came, and says what was done to the host.
func (s *street) call(host string, browser bool, now time.Time) (visits int, harm string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.callers[host]
	if c == nil {
		c = &caller{}
		s.callers[host] = c
	}
	c.visits++
	if browser {
		c.renders.beat(now)
	} else {
		c.probes.beat(now)
	}
	return 7 * c.visits, s.harmed[host]
}

// published is how many news a portal has brought since the street opened. Portals bring theirs at different moments.
func (s *street) published(host string, now time.Time) int {
	if s.every == 0 {
		return 0
	}
	phase := time.Duration(hashOf(host)) * time.Microsecond % s.every
	return int((now.Sub(s.begun) + phase) / s.every)
}

func hashOf(host string) uint32 {
	h := fnv.New32a()
	io.WriteString(h, host)
	return h.Sum32()
}

// hostOf is the n-th portal of the street.
func hostOf(n int) string { return fmt.Sprintf("xa%04d.%s", n, streetDomain) }

// unitOf is whose portal a host is.
func unitOf(host string) string {
	label, _, _ := strings.Cut(host, ".")
	return "Ủy ban nhân dân " + strings.ToUpper(label[:1]) + label[1:]
}

// defacedPage replaces the portal, in words of its own for each.
func defacedPage(host string) string {
	return fmt.Sprintf(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hacked By Bench Crew %x</title><style>body{background:#000;color:#0f0;text-align:center;font:22px monospace;padding-top:120px}h1{color:#f00;font-size:64px}</style></head>
<body><h1>HACKED BY BENCH CREW %x</h1><p>Your security is low, admin of %s.</p></body></html>`, hashOf(host), hashOf(host), host)
}

// injectedBlock hides links from people and shows them to search engines.
func injectedBlock(host string) string {
	var p strings.Builder
	p.WriteString(`<div style="position:absolute;left:-9999px;top:0">`)
	for i, text := range []string{"nhà cái uy tín", "tài xỉu online đổi thưởng", "nổ hũ đổi thưởng", "soi kèo bóng đá hôm nay", "casino trực tuyến", "đá gà trực tiếp"} {
		fmt.Fprintf(&p, `<a href="https://nhacai%d-%x.example/">%s</a> `, i, hashOf(host), text)
	}
	return p.String() + "</div>"
}
