package monitor

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"canhcong/targets"
)

// portalPage is a page as portals write them, of about 80 KB; visit is what moves on it: a counter, a clock, a token.
func portalPage(visit int) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng thông tin điện tử phường Ví Dụ</title>
<meta name="description" content="Trang thông tin điện tử của Ủy ban nhân dân phường Ví Dụ, tỉnh Mẫu">
<link rel="stylesheet" href="/Content/site.css?v=1832"><script src="/Scripts/jquery-3.7.1.min.js"></script></head><body>
<form action="/tim-kiem" method="get"><input name="q" placeholder="Tìm kiếm"></form><ul class="menu">`)
	for i, menu := range []string{"Giới thiệu", "Tin tức – Sự kiện", "Cải cách hành chính", "Văn bản pháp luật", "Dịch vụ công trực tuyến", "Công khai ngân sách", "Liên hệ"} {
		fmt.Fprintf(&b, `<li class="item"><a href="/chuyen-muc-%d" title="%s">%s</a></li>`, i, menu, menu)
	}
	b.WriteString(`</ul>`)
	words := strings.Fields("ủy ban nhân dân phường tổ chức hội nghị triển khai nhiệm vụ phát triển kinh tế xã hội quốc phòng an ninh đồng chí chủ tịch phát biểu chỉ đạo các đơn vị thực hiện cải cách thủ tục hành chính tiếp nhận hồ sơ người dân doanh nghiệp thông báo lịch tiếp công dân")
	for i := 0; b.Len() < 79_000; i++ {
		text := func(n int) string {
			var t []string
			for j := range n {
				t = append(t, words[(i*7+j*j*3+j)%len(words)])
			}
			return strings.Join(t, " ")
		}
		fmt.Fprintf(&b, "<div class=\"news-item col-md-4\">\n\t<a class=\"thumb\" href=\"/tin-tuc/bai-viet-%d.html\"><img class=\"img-fluid lazy\" src=\"/uploads/2026/11/anh_%d.jpg\" alt=\"%s\"></a>\n"+
			"\t<h3 class=\"title\"><a href=\"/tin-tuc/bai-viet-%d.html\">%s</a></h3>\n\t<span class=\"date\">%02d/11/2026</span>\n\t<p class=\"sapo\">%s.</p>\n</div>\n",
			i, i, text(8), i, text(12), 1+i%28, text(40))
	}
	fmt.Fprintf(&b, `<input type="hidden" name="__VIEWSTATE" value="%x"><script nonce="%x">var now=%d;</script>
<p>Lượt truy cập: %d</p><p>Thứ Hai, 23/11/2026 07:%02d</p></body></html>`, sha256.Sum256([]byte{byte(visit)}), visit, visit, 100_000+visit, visit%60)
	return b.String()
}

const benchServer = "CANHCONG_BENCH_SERVER"

// TestBenchServer is not a test: it is the portal of the benchmarks, in a process of its own, so that what it uses is not
// counted. It tells its address and its authority, and ends with its input.
func TestBenchServer(t *testing.T) {
	if os.Getenv(benchServer) == "" {
		t.Skip("the server of the benchmarks")
	}
	root, _ := newRoot(t)
	above := root.issue(t, "Tỉnh Mẫu CA", mayIssue)
	var visits atomic.Int64
	var pages [64][]byte
	for i := range pages {
		pages[i] = []byte(portalPage(i))
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visit := int64(0)
		if r.URL.Path == "/moves" {
			visit = visits.Add(1)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(pages[visit%int64(len(pages))])
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{above.issue(t, portalName).present(above)}}
	s.StartTLS()
	defer s.Close()
	fmt.Println(s.Listener.Addr())
	pem.Encode(os.Stdout, &pem.Block{Type: "CERTIFICATE", Bytes: root.cert.Raw})
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}

// startBenchServer returns the address and the authority of a portal.
func startBenchServer(b *testing.B) (address string, roots *x509.CertPool) {
	b.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestBenchServer$")
	c.Env = append(os.Environ(), benchServer+"=1")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.Close(); io.Copy(io.Discard, out); c.Wait() })
	var text strings.Builder
	for s := bufio.NewScanner(out); s.Scan() && s.Text() != "ready"; {
		if address == "" {
			address = s.Text()
		} else {
			text.WriteString(s.Text() + "\n")
		}
	}
	roots = x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(text.String())) {
		b.Fatal("the portal did not start")
	}
	return address, roots
}

// bareGet is the least that a look can be: a GET with a whole handshake, and the SHA-256 of the body.
func bareGet(b *testing.B, address string, roots *x509.CertPool, path string) func() {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
	return func() {
		resp, err := client.Get("https://" + portalName + path)
		if err != nil {
			b.Fatal(err)
		}
		sum := sha256.New()
		if n, err := io.Copy(sum, resp.Body); err != nil || n < 70_000 {
			b.Fatalf("%d bytes, %v", n, err)
		}
		resp.Body.Close()
		sum.Sum(nil)
	}
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkProbe measures the processor time of probes of a page of 80 KB over TLS against that of a bare GET of the same
// page: rounds of both alternate, and medians of the rounds are told. Wanted are at most 1.3 times for an unchanged page, and
// 4 for one that moved, normalised and compared.
func BenchmarkProbe(b *testing.B) {
	address, roots := startBenchServer(b)
	for _, c := range []struct {
		name, path string
		same       bool
	}{{"Unchanged", "/", true}, {"Changed", "/moves", false}} {
		b.Run(c.name, func(b *testing.B) {
			looker := Looker{Hosts: Hosts{portalName: address}, Roots: roots, Alarming: slowly}
			site := targets.Site{URL: "https://" + portalName + c.path}
			ours := func() {
				s := looker.Look(b.Context(), site, Probe, false, time.Minute)
				if o := s.Observation; o.Outcome != OK || o.Certificate.Problem != "" || looker.before.Raw != "" && (o.Wire.Same != c.same || s.Memory.Fingerprint != looker.before.Fingerprint) {
					b.Fatalf("have %+v", o)
				}
				looker = looker.after(s.Memory, s.heard)
			}
			alternate(b, bareGet(b, address, roots, c.path), ours)
		})
	}
}

// slowly listens as the lexicon does: to every letter, in another form.
func slowly(text string) []string {
	if strings.Contains(norm.NFD.String(strings.ToLower(text)), "hacked by") {
		return []string{"hacked by"}
	}
	return nil
}

// alternate runs rounds of two things one after the other.
func alternate(b *testing.B, bare, ours func()) {
	const perRound = 20
	round := func(f func()) time.Duration {
		begun := processorTime(b)
		for range perRound {
			f()
		}
		return (processorTime(b) - begun) / perRound
	}
	round(bare)
	round(ours)
	var bares, all []time.Duration
	for b.Loop() {
		bares, all = append(bares, round(bare)), append(all, round(ours))
	}
	slices.Sort(bares)
	slices.Sort(all)
	least, most := bares[len(bares)/2], all[len(all)/2]
	b.ReportMetric(float64(least.Microseconds()), "bare-cpu-µs")
	b.ReportMetric(float64(most.Microseconds()), "probe-cpu-µs")
	b.ReportMetric(float64(most)/float64(least), "times")
}
