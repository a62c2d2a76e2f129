package chrome

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// TestNoPageReachesInside runs hostile pages in a network namespace of its own, where everything a page may not reach
// stands ready and counts: 75 ways in against loopback, link-local, private and own addresses by number and by name.
func TestNoPageReachesInside(t *testing.T) {
	options(t) // skips without Chromium
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skipf("needs the program ip (package iproute2): %v", err)
	}
	cmd := exec.Command("/proc/self/exe", "-test.run", "^TestInNamespace$", "-test.v")
	cmd.Env = append(os.Environ(), "CANHCONG_TEST_NAMESPACE=yes")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
		t.Skipf("this machine allows no network namespaces: %v", err)
	}
	t.Logf("%s", out)
	if err != nil || strings.Contains(string(out), "--- SKIP") {
		t.Errorf("in the namespace: %v", err)
	}
}

// TestInNamespace is the part of TestNoPageReachesInside in the namespace.
func TestInNamespace(t *testing.T) {
	if os.Getenv("CANHCONG_TEST_NAMESPACE") == "" {
		t.Skip("is run by TestNoPageReachesInside")
	}
	furnish(t)
	in := listen(t)
	serveOutside(t)
	resolver, err := monitor.ParseResolvers([]string{serveNames(t)})
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Hosts, o.Resolver, o.Egress, o.NoSandbox = nil, resolver, egress.Policy{}, true
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	t.Run("pages", func(t *testing.T) { pagesReachNothing(t, b, in) })
	t.Run("navigations", func(t *testing.T) { navigationsReachNothing(t, b, in) })
	// From here on something is reached, and packets may be late.
	t.Run("allowed", func(t *testing.T) { allowedPageIsSeen(t, b, in) })
	t.Run("the vectors work", func(t *testing.T) { withoutPolicy(t, o, in) })
}

// withoutPolicy shows the page to a browser that goes where it likes, so that the test could fail.
func withoutPolicy(t *testing.T, o Options, in *inside) {
	ctx, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(o.Path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU,
		chromedp.Flag("ignore-certificate-errors", true), chromedp.Flag("disable-popup-blocking", true),
		chromedp.Flag("disable-features", "LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC,BlockInsecurePrivateNetworkRequests,HttpsUpgrades"),
		chromedp.Flag("host-resolver-rules", "MAP "+attacker+" "+publicAddress))
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	seen := map[string]bool{}
	load := func(target string) {
		if err := chromedp.Do(ctx, chromedp.Navigate("http://"+attacker+"/against?to="+url.QueryEscape(target))); err != nil {
			t.Logf("without a policy: %v", err)
		}
		time.Sleep(time.Second)
		for name := range in.take() {
			if _, known := vectors[name]; known || strings.HasPrefix(name, "udp ") {
				seen[name] = true
			}
		}
	}
	for range 5 { // a busy machine may need more than a second
		if load(privateAddress + ":8080"); len(seen) >= 20 {
			break
		}
	}
	t.Logf("without a policy %d vectors reach: %s", len(seen), strings.Join(sortedNames(seen), ", "))
	if len(seen) < 20 {
		t.Errorf("have %d vectors that reach without a policy, want at least 20", len(seen))
	}
}

// pagesReachNothing looks at pages that try every vector against each kind of address.
func pagesReachNothing(t *testing.T, b *Browser, in *inside) {
	tried := 0
	for _, target := range []string{
		"127.0.0.1:80", "[::1]:8080", metadataAddress + ":80", privateAddress + ":8080", "[" + uniqueAddress + "]:80", ownAddress + ":80", // by number
		"localhost:80", "noibo." + attacker + ":80", "vong." + attacker + ":8080", "may." + attacker + ":80", "doi." + attacker + ":8080", // by name
		"2130706433:80", "0x7f.1:80", "[::ffff:10.1.2.3]:80", "127.0.0.1:9222", // in disguise, and at another port
	} {
		got := render(t, b, monitor.RenderRequest{URL: "http://" + attacker + "/against?to=" + url.QueryEscape(target), Deadline: time.Minute,
			RealTime: target == privateAddress+":8080"})
		if !strings.Contains(visible(got.Page), "Trang tấn công") {
			t.Errorf("%s: the page was not seen: %q, net error %q", target, visible(got.Page), got.NetError)
		}
		tried += len(vectors)
		if hits := in.take(); len(hits) > 0 {
			t.Errorf("%s: reached by %v", target, hits)
		}
	}
	t.Logf("%d vectors, %d attempts, 0 wanted", len(vectors), tried)
}

// navigationsReachNothing looks at pages that send the whole look inside, or to a file.
func navigationsReachNothing(t *testing.T, b *Browser, in *inside) {
	ways := []string{"/redirect/301", "/redirect/302", "/redirect/307", "/redirect/308", "/part/location", "/part/meta", "/part/refresh", "/part/form", "/part/click"}
	for target, ways := range map[string][]string{
		"http://127.0.0.1/": ways, "http://" + metadataAddress + "/latest/meta-data/": {"", "/redirect/302", "/part/location"},
		"http://noibo." + attacker + "/": {"", "/redirect/302", "/part/meta"}, "file:///etc/passwd": ways,
	} {
		for _, way := range ways {
			address := "http://" + attacker + way + "?to=" + url.QueryEscape(target)
			if way == "" {
				address = target
			}
			got := render(t, b, monitor.RenderRequest{URL: address, Deadline: time.Minute})
			text := visible(got.Page)
			if strings.Contains(text, "Bí mật") || strings.Contains(text, "root:") {
				t.Errorf("%s to %s: shown %q", way, target, text)
			}
			if want := "net::ERR_NETWORK_ACCESS_DENIED"; strings.HasPrefix(target, "http") && got.NetError != want {
				t.Errorf("%s to %s: have net error %q, want %q", way, target, got.NetError, want)
			}
			if hits := in.take(); len(hits) > 0 {
				t.Errorf("%s to %s: reached by %v", way, target, hits)
			}
		}
	}
}

// allowedPageIsSeen looks at a portal that stands inside, with and without an administrator's word.
func allowedPageIsSeen(t *testing.T, b *Browser, in *inside) {
	const address = "http://cong-noibo.tinhmau.gov.vn/"
	word := []egress.Exception{{Prefix: netip.MustParsePrefix("10.1.2.0/24")}}
	for _, refused := range []monitor.RenderRequest{{URL: address}, {URL: "http://khong-duoc-phep.tinhmau.gov.vn/", Allow: word}} {
		refused.Deadline = time.Minute
		if got := render(t, b, refused); got.NetError != "net::ERR_NETWORK_ACCESS_DENIED" {
			t.Errorf("%s with %v: have %q, net error %q", refused.URL, refused.Allow, visible(got.Page), got.NetError)
		}
	}
	if got := render(t, b, monitor.RenderRequest{URL: "http://cong-congkhai.tinhmau.gov.vn/", Deadline: time.Minute}); visible(got.Page) != "Cổng công khai" {
		t.Errorf("a public site: have %q, net error %q", visible(got.Page), got.NetError)
	}
	if hits := in.take(); len(hits) > 0 {
		t.Errorf("not allowed: reached by %v", hits)
	}
	if got := render(t, b, monitor.RenderRequest{URL: address, Allow: word, Deadline: time.Minute}); visible(got.Page) != "Bí mật nội bộ" {
		t.Errorf("allowed: have %q, net error %q", visible(got.Page), got.NetError)
	}
	render(t, b, monitor.RenderRequest{URL: "http://" + attacker + "/against?to=" + privateAddress + ":80", Allow: word, Deadline: time.Minute})
	if hits := in.take(); len(hits) < 20 {
		t.Errorf("allowed: have %d vectors that reach, want at least 20, so that it is the policy that stops them: %v", len(hits), hits)
	}
}
