package notify_test

import (
	"bufio"
	"context"
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

	"canhcong/notify"
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
	runChild(t, dir, api.URL, fate{}) // makes the database
	ready := runChild(t, dir, api.URL, fate{})
	kills := 0
	for start := time.Now(); kills < wanted && time.Since(start) < limit; kills++ {
		if kills%3 == 0 { // while it starts
			runChild(t, dir, api.URL, fate{early: true, after: ready/2 + rand.N(ready/2)})
		} else {
			ready = runChild(t, dir, api.URL, fate{done: rand.IntN(3), after: rand.N(100 * time.Millisecond)})
		}
	}
	runChild(t, dir, api.URL, fate{spared: true})

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
type told struct {
	opening, ending, again bool
	text                   string
}

// telling is what each chat was told about each incident and notice, in order.
type telling map[string][]told

func tell(messages []telegramtest.Message) telling {
	all := telling{}
	lastList := map[string]string{} // by chat: a long list is sent as a file as well
	for _, m := range messages {
		title, _, _ := strings.Cut(m.Text, "\n")
		lines, list := []string{m.Text}, strings.HasPrefix(title, "📋")
		switch {
		case list:
			lines, lastList[m.Chat] = strings.Split(m.Text, "\n"), m.Text
		case m.Method == "sendDocument":
			lines, list = notIn(lastList[m.Chat], string(m.Picture)), true
			title, _, _ = strings.Cut(lastList[m.Chat], "\n") // which it belongs to
		}
		for _, line := range lines {
			what := strings.TrimPrefix(strings.TrimPrefix(whichOne.FindString(line), "BỊ MÙ từ "), "TRỞ LẠI lúc ")
			if list && what == "" {
				continue
			}
			first, _, _ := strings.Cut(line, "\n")
			all[m.Chat+" "+what] = append(all[m.Chat+" "+what], told{
				opening: strings.Contains(first, "Không truy cập được") || strings.Contains(first, "BỊ MÙ"),
				ending: strings.Contains(first, "ĐÃ KHÔI PHỤC") || strings.Contains(first, "NAY ĐÃ HẾT") || strings.Contains(first, "TRỞ LẠI") ||
					list && strings.HasPrefix(line, "✅"),
				again: strings.Contains(title, "(gửi lại)"),
				text:  fmt.Sprintf("%s: %s | %s", m.At.Format("05.000"), title, first),
			})
		}
	}
	return all
}

// notIn lists the lines of a numbered list that a text did not show.
func notIn(shown, file string) (lines []string) {
	for line := range strings.Lines(file) {
		if _, line, _ = strings.Cut(strings.TrimSpace(line), ". "); !strings.Contains(shown, line) {
			lines = append(lines, line)
		}
	}
	return lines
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

// fate is when a process is killed: a while after so much of its work is done, however long a busy machine takes for that, or, early,
// that while after its start. One that is spared finishes.
type fate struct {
	done          int // lines that it says beyond that it is ready
	after         time.Duration
	early, spared bool
}

// runChild starts the process, and kills it. It returns how long it took to be at work, unless it was killed early.
func runChild(t *testing.T, dir, api string, f fate) (ready time.Duration) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childDir+"="+dir, childAPI+"="+api)
	if f.spared {
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
	lines := bufio.NewScanner(out)
	for n := 0; !f.early && n <= f.done && lines.Scan(); n++ {
		if n == 0 {
			ready = time.Since(begun)
		}
	}
	if f.spared {
		_, _ = io.Copy(io.Discard, out) // until it ends
	} else {
		time.Sleep(f.after)
		command.Process.Kill() // SIGKILL
	}
	if err := command.Wait(); err != nil && f.spared || said.Len() > 0 {
		t.Fatalf("the process fails: %v %s", err, said.String())
	}
	return ready
}
