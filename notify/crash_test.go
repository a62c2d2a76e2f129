package notify_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
	"canhcong/targets"
)

// The test binary runs itself as the process that is killed.
const (
	childDir  = "CANHCONG_TEST_CRASH_DIR" // where its database is
	childAPI  = "CANHCONG_TEST_CRASH_API" // of the fake Bot API
	childLast = "CANHCONG_TEST_CRASH_LAST"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDir) != "" {
		if err := child(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

var chats = []string{"-100111", "-100222"}

// TestKilledAnywhere kills the process that handles outages, declares itself blind and sends alerts, thirty times at random
// moments. No outage may be told by two incidents, nothing may go untold in any chat, and whoever is told twice is told so.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills thirty processes")
	}
	dir, api := t.TempDir(), telegramtest.New(t)
	kills := 0
	for start := time.Now(); kills < 30 && time.Since(start) < 12*time.Second; kills++ {
		runChild(t, dir, api.URL, true)
	}
	runChild(t, dir, api.URL, false)

	db, err := targets.Open(t.Context(), filepath.Join(dir, "canhcong.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var integrity string
	if err := db.Read.QueryRow(`PRAGMA integrity_check`).Scan(&integrity); err != nil || integrity != "ok" {
		t.Errorf("the database is damaged: %s (%v)", integrity, err)
	}
	desk := notify.New(targets.New(db), nil, nil, notify.Options{})
	incidents, err := desk.Incidents(t.Context(), notify.Filter{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	told := tell(api.Messages())
	repeats := 0
	later := map[int64]time.Time{} // by site: when the next incident began; they come newest first
	for n, i := range incidents {
		if next, ok := later[i.Site.ID]; ok && next.Before(i.ClosedAt) {
			t.Errorf("%s ended at %v, after the next one of its site began at %v", i.Number, i.ClosedAt, next)
		}
		later[i.Site.ID] = i.SuspectedAt
		if want := fmt.Sprintf("SC-%s-%04d", time.Now().In(time.FixedZone("", 7*3600)).Format("2006"), len(incidents)-n); i.Number != want || i.State != notify.Closed {
			t.Errorf("have %s %s, want %s closed: one outage, one incident", i.Number, i.State, want)
		}
		for _, chat := range chats {
			repeats += told.check(t, chat, i.Number)
		}
	}
	notices, err := desk.Notices(t.Context(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for n, one := range notices {
		if want := blindSince(len(notices) - n - 1); !one.Since.Equal(want) || one.Live() {
			t.Errorf("have %+v, want it since %v and over: one trouble, one notice", one, want)
		}
		for _, chat := range chats {
			repeats += told.check(t, chat, noticeKey(one.Since))
		}
	}
	t.Logf("%d incidents, %d notices, %d messages, %d repeats after %d kills", len(incidents), len(notices), len(api.Messages()), repeats, kills)
	if len(incidents) < kills/3 || len(notices) < kills/3 || repeats > kills*len(chats) {
		t.Errorf("have %d incidents, %d notices and %d repeats after %d kills", len(incidents), len(notices), repeats, kills)
	}
}

// blindSince is when the n-th notice begins, counted from 0: messages tell the minute, so each has one of its own.
func blindSince(n int) time.Time {
	return time.Date(2027, 2, 6, 0, n, 0, 0, targets.Vietnam)
}

// noticeKey is how messages name the notice that began at an instant.
func noticeKey(since time.Time) string {
	return "blind since " + since.In(targets.Vietnam).Format("15:04")
}

// sinceWhen finds when the notice began that a message is about: in its first line, or where it says how long it lasted.
var sinceWhen = regexp.MustCompile(`BỊ MÙ từ (\d\d:\d\d)|\((\d\d:\d\d)(?: thứ Bảy [\d/]+)? – `)

// telling is what each chat was told about each incident and notice, in order.
type telling map[string][]string

func tell(messages []telegramtest.Message) telling {
	told := telling{}
	for _, m := range messages {
		key := ""
		if _, rest, ok := strings.Cut(m.Text, "SC-"); ok {
			key = "SC-" + rest[:9]
		} else if found := sinceWhen.FindStringSubmatch(m.Text); found != nil {
			key = "blind since " + found[1] + found[2]
		}
		told[m.Chat+" "+key] = append(told[m.Chat+" "+key], m.Text)
	}
	return told
}

// check returns how many messages were repeats.
func (told telling) check(t *testing.T, chat, number string) (repeats int) {
	t.Helper()
	opened, over := 0, 0
	for _, text := range told[chat+" "+number] {
		title, _, _ := strings.Cut(text, "\n")
		opening := strings.Contains(title, "Không truy cập được") || strings.Contains(title, "BỊ MÙ")
		ending := strings.Contains(title, "ĐÃ KHÔI PHỤC") || strings.Contains(title, "NAY ĐÃ HẾT") || strings.Contains(title, "TRỞ LẠI")
		if (!opening || opened > 0) && (!ending || over > 0) {
			repeats++
			if !strings.Contains(title, "(gửi lại)") {
				t.Errorf("%s in %s is told again without saying so: %q", number, chat, told[chat+" "+number])
			}
		}
		if opening {
			opened++
		}
		if ending {
			over++
		}
	}
	if opened == 0 || over == 0 {
		t.Errorf("%s in %s is lost: told %d times that it began and %d times that it ended", number, chat, opened, over)
	}
	return repeats
}

// runChild starts the process, and kills it at a random moment of a random one of its first troubles, or lets it finish.
func runChild(t *testing.T, dir, api string, kill bool) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childDir+"="+dir, childAPI+"="+api)
	if !kill {
		command.Env = append(command.Env, childLast+"=1")
	}
	var said strings.Builder
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 1 + rand.IntN(4) {
		lines.Scan()
	}
	if kill {
		time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
		command.Process.Kill() // SIGKILL
	}
	if err := command.Wait(); err != nil && !kill || said.Len() > 0 {
		t.Fatalf("the process fails: %v %s", err, said.String())
	}
}

// child has outages one after the other, at every site, and is blind in between, until it is killed. The last one ends what is
// left, waits until all is told, and stops.
func child(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	db, err := targets.Open(ctx, filepath.Join(os.Getenv(childDir), "canhcong.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	registry := targets.New(db)
	archive, err := monitor.NewArchive(db, filepath.Join(os.Getenv(childDir), "artefacts"))
	if err != nil {
		return err
	}
	sender, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: []string{os.Getenv(childAPI)},
		Pace: telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}})
	if err != nil {
		return err
	}
	var channels []notify.Channel
	for _, chat := range chats {
		channels = append(channels, notify.Channel{Name: "telegram", Sender: sender, Recipient: chat})
	}
	desk := notify.New(registry, archive, baseline.New(registry, archive, []byte("key"), nil), notify.Options{Channels: channels})
	go desk.Run(ctx)
	sites, err := someSites(ctx, registry)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	last := os.Getenv(childLast) != ""
	for n := 0; !last; n++ {
		if err := outage(ctx, desk, archive, db, sites[n%len(sites)], 4); err != nil {
			return err
		}
		fmt.Println("an outage is over")
		if err := goBlind(ctx, desk); err != nil {
			return err
		}
		fmt.Println("sight is back")
	}
	if err := desk.Declare(ctx, notify.Notice{Kind: notify.NoticeBlind, Until: time.Now().AddDate(1, 0, 0)}); err != nil {
		return err
	}
	for _, site := range sites {
		if err := outage(ctx, desk, archive, db, site, 0); err != nil {
			return err
		}
	}
	for {
		if s, err := desk.Outbox(ctx); err != nil || s.Pending == 0 {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// goBlind declares that the uplink is away, says so again, and that it is back; what a process before left live is this time's.
func goBlind(ctx context.Context, desk *notify.Desk) error {
	before, err := desk.Notices(ctx, 1<<20)
	if err != nil {
		return err
	}
	since := blindSince(len(before))
	for _, n := range []notify.Notice{{Since: since}, {Since: since, Sites: 3}, {Until: since.Add(30 * time.Second)}} {
		n.Kind = notify.NoticeBlind
		if err := desk.Declare(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func someSites(ctx context.Context, registry *targets.Registry) (sites []targets.Site, err error) {
	for n := range 3 {
		address := fmt.Sprintf("https://p%d.tinhmau.gov.vn/", n)
		site, ok, err := registry.FindSite(ctx, address)
		if err == nil && !ok {
			site, err = registry.Add(ctx, targets.Draft{URL: address})
		}
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// outage hands over a number of looks that find the site down, and two that find it up.
func outage(ctx context.Context, desk *notify.Desk, archive *monitor.Archive, db *targets.DB, site targets.Site, down int) error {
	site.Profile.Recheck = []time.Duration{0, 0, 0}
	for n := range down + notify.CleanLooks {
		v := baseline.Verdict{At: time.Now(), Availability: baseline.IsDown, Content: baseline.Unjudged, Certificate: baseline.CertificateUnknown}
		v.Observation = monitor.Observation{Site: site, Depth: monitor.Render, At: v.At, Outcome: monitor.Down, Cause: monitor.CauseTCP}
		if n >= down {
			v.Availability, v.Observation.Outcome, v.Observation.Cause = baseline.Up, monitor.OK, ""
		}
		if err := archive.Save(ctx, &v.Observation, monitor.Rendering{}); err != nil {
			return err
		}
		if err := db.Write.QueryRowContext(ctx, `INSERT INTO verdicts (site_id, observation_id, at, availability, content, quality,
			certificate, score, evidence) VALUES (?, ?, ?, ?, ?, 'complete', ?, 0, '[]') RETURNING id`, site.ID, v.Observation.ID,
			targets.Millis(v.At), v.Availability, v.Content, v.Certificate).Scan(&v.ID); err != nil {
			return err
		}
		if _, err := desk.Handle(ctx, v); err != nil {
			return err
		}
	}
	return nil
}
