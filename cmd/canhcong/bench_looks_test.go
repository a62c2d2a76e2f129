package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"canhcong/monitor/chrome"
)

// rival is the product or what it is compared with, over all rounds.
type rival struct {
	*player
	name string
	rate []float64 // pages a minute
	cpu  []float64 // seconds of processor time for a page, its browser's too
	own  []float64 // of that without the browser's
}

// BenchmarkLook compares whole looks of the product with a plain chromedp loop and with what the npm world uses for pictures
// of many pages, on the same pages and in the same Chromium. Rounds alternate, so that a machine that slows down slows all
// of them; the ratios are medians over the rounds. BENCH_PEERS names a folder with the npm packages (.ci/bench installs
// them); without it only chromedp is compared. BENCH_ROUNDS is how many rounds (7).
func BenchmarkLook(b *testing.B) {
	rivals := castRivals(b, addressesOf(designs))
	for range number("BENCH_ROUNDS", 7) {
		for _, r := range rivals {
			r.round(b)
		}
		rivals = append(rivals[1:], rivals[0]) // nobody always comes first
	}
	slices.SortStableFunc(rivals, func(a, c *rival) int { return slices.Index(rivalOrder, a.name) - slices.Index(rivalOrder, c.name) })
	tell("%s", rivalTable(rivals))
	us := rivals[0]
	for _, r := range rivals[1:] {
		b.ReportMetric(median(ratios(us.rate, r.rate)), "×pages/min-of-"+r.name)
		b.ReportMetric(median(ratios(us.cpu, r.cpu)), "×cpu/page-of-"+r.name)
	}
	b.ReportMetric(median(us.rate), "pages/min")
	b.ReportMetric(median(us.cpu), "cpu-s/page")
	b.ReportMetric(median(us.own), "own-cpu-s/page")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkStill looks 200 times at a page that does not change and on which a carousel, a clock, a marquee and animations
// move, four looks at once, and counts the pictures that are the same to the byte.
func BenchmarkStill(b *testing.B) {
	const times = 200
	p := castProduct(b, openStreet(b, streetOrders{}), []string{"http://" + stillHost + "/"})
	var r round
	p.ask(b, fmt.Sprintf("still %d", times), &r)
	b.ReportMetric(100*float64(r.Same)/times, "%same")
	b.ReportMetric(0, "ns/op")
}

var rivalOrder = []string{"canhcong", "chromedp", "puppeteer-cluster", "playwright-core"}

func castRivals(b *testing.B, urls []string) []*rival {
	b.Helper()
	at := openStreet(b, streetOrders{})
	rivals := []*rival{{name: "canhcong", player: castProduct(b, at, urls)}}
	orders := ordersFor(b, at, urls)
	rivals = append(rivals, &rival{name: "chromedp", player: cast(b, "plain", orders, new(string))})
	peers := os.Getenv("BENCH_PEERS")
	if peers == "" {
		tell("%s", "puppeteer-cluster and playwright-core are left out: BENCH_PEERS does not say where they are installed")
	}
	for _, name := range []string{"puppeteer-cluster", "playwright-core"} {
		if _, err := os.Stat(filepath.Join(peers, "node_modules", name)); peers == "" || err != nil {
			continue
		}
		script := exec.Command("node", "../../.ci/bench/"+name+".mjs")
		rivals = append(rivals, &rival{name: name, player: castCommand(b, name, script, orders, new(string))})
	}
	for _, r := range rivals { // its first round fills caches and starts processes
		r.ask(b, "round", new(round))
	}
	return rivals
}

// round lets a rival look at every page once, and notes what that took.
func (r *rival) round(b *testing.B) {
	b.Helper()
	before, begun := usageOf(b, r.pid(), false), time.Now()
	var did round
	r.ask(b, "round", &did)
	took := time.Since(begun)
	time.Sleep(time.Second) // what it still tidies up counts too
	used := usageOf(b, r.pid(), false).since(before)
	r.rate = append(r.rate, float64(did.Pages)/took.Minutes())
	r.cpu = append(r.cpu, used.whole.Seconds()/float64(did.Pages))
	r.own = append(r.own, used.own.Seconds()/float64(did.Pages))
}

// rivalTable shows every round of every rival.
func rivalTable(rivals []*rival) string {
	var p strings.Builder
	fmt.Fprintf(&p, "\n%-18s %10s %12s %12s   pages/min of each round\n", "", "pages/min", "cpu-s/page", "own-cpu-s")
	for _, r := range rivals {
		fmt.Fprintf(&p, "%-18s %10.1f %12.3f %12.3f  ", r.name, median(r.rate), median(r.cpu), median(r.own))
		for _, rate := range r.rate {
			fmt.Fprintf(&p, " %.0f", rate)
		}
		p.WriteByte('\n')
	}
	return p.String()
}

func ratios(ours, theirs []float64) []float64 {
	list := make([]float64, len(ours))
	for i := range ours {
		list[i] = ours[i] / theirs[i]
	}
	return list
}

func median(list []float64) float64 { return quantile(list, 0.5) }

// quantile is the value that a share of the list does not exceed.
func quantile(list []float64, share float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	if share == 0.5 && len(sorted)%2 == 0 {
		return (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
	}
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

// openStreet starts the simulated portals and returns where they are.
func openStreet(b *testing.B, o streetOrders) streetGreeting {
	b.Helper()
	_, at := castStreet(b, o)
	return at
}

func castStreet(b *testing.B, o streetOrders) (*player, streetGreeting) {
	b.Helper()
	var at streetGreeting
	return cast(b, "street", o, &at), at
}

func castProduct(b *testing.B, at streetGreeting, urls []string) *player {
	b.Helper()
	return cast(b, "product", ordersFor(b, at, urls), new(string))
}

func ordersFor(b *testing.B, at streetGreeting, urls []string) lookerOrders {
	b.Helper()
	path, err := chrome.Find(os.Getenv("CHROME"))
	if err != nil {
		b.Fatal(err)
	}
	hosts := map[string]string{"*." + streetDomain: at.HTTP}
	return lookerOrders{Chrome: path, NoSandbox: os.Geteuid() == 0, Hosts: hosts, Rules: resolverRules(hosts), URLs: urls,
		AtOnce: 2 * runtime.NumCPU(), Data: b.TempDir()}
}

func addressesOf(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "http://" + hostOf(i) + "/"
	}
	return list
}

// number is the value of an environment variable.
func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}
