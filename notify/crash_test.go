package notify_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// manyKills, in the environment, is how often the process is killed, however long that takes.
const manyKills = "KILLS"

// TestKilledAnywhere holds promise P1 of reliability.md: it kills the process that handles outages, declares itself blind and sends
// alerts, 300 times at random moments, from its start on. No outage may be told by two incidents, nothing may go untold in any chat,
// and whoever is told twice is told so.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills hundreds of processes")
	}
	wanted, limit := 300, 40*time.Second
	if n, err := strconv.Atoi(os.Getenv(manyKills)); err == nil {
		wanted, limit = n, time.Hour
	}
	dir, api := t.TempDir(), telegramtest.New(t)
	ready := runChild(t, dir, api.URL, untilReady)
	kills := 0
	for start := time.Now(); kills < wanted && time.Since(start) < limit; kills++ {
		runChild(t, dir, api.URL, ready/2+time.Duration(rand.Int64N(int64(ready/2+100*time.Millisecond))))
	}
	runChild(t, dir, api.URL, 0)

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
	slices.SortFunc(incidents, func(a, b notify.Incident) int { return strings.Compare(b.Number, a.Number) })
	all := tell(api.Messages())
	repeats := 0
	later := map[int64]time.Time{} // by site: when the next incident began; they come newest first
	for n, i := range incidents {
		if next, ok := later[i.Site.ID]; ok && next.Before(i.ClosedAt.Add(-time.Hour)) {
			t.Errorf("%s ended at %v, after the next one of its site began at %v", i.Number, i.ClosedAt, next)
		}
		later[i.Site.ID] = i.SuspectedAt
		if want := fmt.Sprintf("SC-%s-%04d", time.Now().In(time.FixedZone("", 7*3600)).Format("2006"), len(incidents)-n); i.Number != want || i.State != notify.Closed {
			t.Errorf("have %s %s, want %s closed: one outage, one incident", i.Number, i.State, want)
		}
		for _, chat := range chats {
			repeats += all.check(t, chat, i.Number)
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
			repeats += all.check(t, chat, noticeKey(one.Since))
		}
	}
	repeats += all.checkNotes(t, desk)
	t.Logf("%d incidents, %d notices, %d messages, %d repeats after %d kills; a start takes %v", len(incidents), len(notices), len(api.Messages()), repeats, kills, ready)
	if len(incidents) < kills/10 || len(notices) < kills/10 || repeats > kills*len(chats) {
		t.Errorf("have %d incidents, %d notices and %d repeats after %d kills", len(incidents), len(notices), repeats, kills)
	}
}

// checkNotes fails unless every note, that the program was started again for one, was told once in each chat, or more often saying
// so. It returns how many messages were repeats.
func (all telling) checkNotes(t *testing.T, desk *notify.Desk) (repeats int) {
	t.Helper()
	notes, err := desk.Notes(t.Context(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, chat := range chats {
		var first, again int
		for _, one := range all[chat+" "] {
			if one.again {
				again++
			} else {
				first++
			}
		}
		if first+again < len(notes) || first > len(notes) {
			t.Errorf("have %d notes, and in %s %d messages about none else, %d of them repeats", len(notes), chat, first+again, again)
		}
		repeats += again
	}
	return repeats
}

// blindSince is when the n-th notice begins, counted from 0: messages tell the minute, so each has one of its own.
func blindSince(n int) time.Time {
	return time.Date(2027, 2, 6, 0, n, 0, 0, targets.Vietnam)
}

// mostBlind is how many notices there are at most: of more, two would have the same minute.
const mostBlind = 24 * 60

// noticeKey is how messages name the notice that began at an instant.
func noticeKey(since time.Time) string { return since.In(targets.Vietnam).Format("15:04") }

// whichOne finds in a line which incident it tells of, or, by its minute, which notice: each lasts for half a one.
var whichOne = regexp.MustCompile(`SC-\d{4}-\d{4,}|(?:BỊ MÙ từ|TRỞ LẠI lúc) \d\d:\d\d`)

// told is what one message, or one line of a message that tells of many, says of an incident or a notice.
type told struct{ opening, ending, again bool }

// telling is what each chat was told about each incident and notice, in order.
type telling map[string][]told

func tell(messages []telegramtest.Message) telling {
	all := telling{}
	lastList := map[string]string{} // by chat: a long list is sent as a file as well
	for _, m := range messages {
		title, _, _ := strings.Cut(m.Text, "\n")
		lines := []string{m.Text}
		switch {
		case strings.HasPrefix(title, "📋"):
			lines, lastList[m.Chat] = strings.Split(m.Text, "\n"), m.Text
		case m.Method == "sendDocument":
			lines = slices.DeleteFunc(strings.Split(string(m.Picture), "\n"), func(line string) bool { return strings.Contains(lastList[m.Chat], line) })
		}
		for _, line := range lines {
			what := strings.TrimPrefix(strings.TrimPrefix(whichOne.FindString(line), "BỊ MÙ từ "), "TRỞ LẠI lúc ")
			if len(lines) > 1 && what == "" {
				continue
			}
			first, _, _ := strings.Cut(line, "\n")
			all[m.Chat+" "+what] = append(all[m.Chat+" "+what], told{
				opening: strings.Contains(first, "Không truy cập được") || strings.Contains(first, "BỊ MÙ"),
				ending: strings.Contains(first, "ĐÃ KHÔI PHỤC") || strings.Contains(first, "NAY ĐÃ HẾT") || strings.Contains(first, "TRỞ LẠI") ||
					len(lines) > 1 && strings.HasPrefix(line, "✅"),
				again: strings.Contains(title, "(gửi lại)"),
			})
		}
	}
	return all
}

// check returns how many messages were repeats.
func (all telling) check(t *testing.T, chat, what string) (repeats int) {
	t.Helper()
	opened, over := 0, 0
	for _, one := range all[chat+" "+what] {
		if (!one.opening || opened > 0) && (!one.ending || over > 0) {
			repeats++
			if !one.again {
				t.Errorf("%s in %s is told again without saying so: %+v", what, chat, all[chat+" "+what])
			}
		}
		if one.opening {
			opened++
		}
		if one.ending {
			over++
		}
	}
	if opened == 0 || over == 0 {
		t.Errorf("%s in %s is lost: told %d times that it began and %d times that it ended", what, chat, opened, over)
	}
	return repeats
}

// untilReady kills a process as soon as it is at work.
const untilReady = -1

// runChild starts the process, and kills it after a while, or as soon as it is ready; with 0 it lets it finish. It returns how long
// it took to be ready, where it waited for that.
func runChild(t *testing.T, dir, api string, after time.Duration) (ready time.Duration) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childDir+"="+dir, childAPI+"="+api)
	if after == 0 {
		command.Env = append(command.Env, childLast+"=1")
	}
	var said strings.Builder
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	switch after {
	case 0:
		_, _ = io.Copy(io.Discard, out) // until it ends
	case untilReady:
		bufio.NewScanner(out).Scan()
		ready = time.Since(begun)
		command.Process.Kill() // SIGKILL
	default:
		time.Sleep(after)
		command.Process.Kill()
	}
	if err := command.Wait(); err != nil && after == 0 || said.Len() > 0 {
		t.Fatalf("the process fails: %v %s", err, said.String())
	}
	return ready
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
	life, err := desk.Begin(ctx, time.Time{})
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
	if err := sightBack(ctx, desk); err != nil {
		return err
	}
	for _, site := range sites {
		if err := outage(ctx, desk, archive, db, site, 0); err != nil {
			return err
		}
	}
	for {
		if s, err := desk.Outbox(ctx); err != nil || s.Pending == 0 {
			return errors.Join(err, life.End(ctx))
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// sightBack ends what a process before left live, half a minute after it began.
func sightBack(ctx context.Context, desk *notify.Desk) error {
	live, err := desk.LiveNotices(ctx)
	for _, n := range live {
		n.Until = n.Since.Add(30 * time.Second)
		err = errors.Join(err, desk.Declare(ctx, n))
	}
	return err
}

// goBlind declares that the uplink is away, says so again, and that it is back.
func goBlind(ctx context.Context, desk *notify.Desk) error {
	if err := sightBack(ctx, desk); err != nil {
		return err
	}
	before, err := desk.Notices(ctx, 1<<20)
	if err != nil {
		return err
	}
	if len(before) >= mostBlind {
		return nil
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
	// The outage before was days ago: soon after it, this would be the same incident that came back.
	if _, err := db.Write.ExecContext(ctx, `UPDATE incidents SET suspected_at = suspected_at - ?1, opened_at = opened_at - ?1, closed_at = closed_at - ?1
		WHERE site_id = ?2 AND state = 'closed' AND closed_at > ?3`, (3 * 24 * time.Hour).Milliseconds(), site.ID, targets.Millis(time.Now().Add(-24*time.Hour))); err != nil {
		return err
	}
	// And what was told of it, too: soon after each other, they would be a site that comes and goes.
	if _, err := db.Write.ExecContext(ctx, `UPDATE alerts SET created_at = created_at - ?1 WHERE created_at > ?3 AND about_kind = 'incident'
		AND about_id IN (SELECT id FROM incidents WHERE site_id = ?2 AND state = 'closed')`, (3 * 24 * time.Hour).Milliseconds(), site.ID, targets.Millis(time.Now().Add(-24*time.Hour))); err != nil {
		return err
	}
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
