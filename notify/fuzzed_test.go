package notify_test

import (
	"math/rand/v2"
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

// pieces are what hostile names, titles and texts are made of.
var pieces = []string{"<b>", "</b>", "<", ">", "&", "&lt;", "&#0;", "&#x1F600;", "&nbsp", "\xff", "\xc3\x28", "\x00", "\r\n", "\n\n", "\t", "🔴", "👩‍👩‍👧‍👦", "\u202e", "\u200b",
	"\u2028", "ế", "e\u0302\u0301", "\u0301\u0301\u0301\u0301", "đ", "a", " ", "Cổng TTĐT ", "hacked by ", "@vidu", "http://evil.example.vip/?a=<b>", "<a href='x'>", "*_`[](", "]]>",
	"\U0010ffff", "\ufffe", "\ufeff", "\ue000", "ﷺ", "{seen}", "%s%d%!", "$1", "tg://user?id=1", "/start", "<!--", "</script>"}

// fuzzed makes up a text of up to so many pieces.
func fuzzed(random *rand.Rand, most int) string {
	var b strings.Builder
	for range random.IntN(most + 1) {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}

// pick returns one of a list.
func pick[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// fuzzedIncident makes up an incident and what was seen of it.
func fuzzedIncident(random *rand.Rand) (notify.Incident, baseline.Verdict) {
	now := time.Now()
	i := notify.Incident{ID: random.Int64N(1 << 40), Number: "SC-2027-0012", BadLooks: random.IntN(9), Step: pick(random, 0, 0, 3),
		Site:        targets.Site{ID: 7, Name: fuzzed(random, 60), URL: "https://phuongvidu.tinhmau.gov.vn/" + fuzzed(random, 9), Unit: targets.Unit{Name: fuzzed(random, 200)}},
		Concern:     pick(random, baseline.ConcernAvailability, baseline.ConcernContent, baseline.ConcernCertificate, baseline.ConcernQuality),
		State:       pick(random, notify.Open, notify.Acknowledged, notify.Closed),
		Severity:    pick(random, notify.Critical, notify.Major, notify.Warning, notify.Info),
		SuspectedAt: now, OpenedAt: now, ClosedAt: now.Add(time.Hour), CloseReason: pick(random, notify.Recovered, notify.Unwatched)}
	i.AcknowledgedAt, i.AcknowledgedBy, i.RaisedBy = now, fuzzed(random, 9), pick(random, "", fuzzed(random, 9))
	v := baseline.Verdict{Availability: baseline.IsDown, Content: baseline.Defaced, Observation: monitor.Observation{Outcome: monitor.Down,
		Cause: pick(random, monitor.CauseDNS, monitor.CauseHTTP, monitor.Cause(fuzzed(random, 3))), Status: random.IntN(600)}}
	for range random.IntN(6) {
		v.Evidence = append(v.Evidence, baseline.Evidence{Concern: i.Concern, Where: pick(random, "title", "dialog", fuzzed(random, 5)),
			Signal: pick(random, baseline.SignalTitle, baseline.SignalSignature, baseline.SignalPromo, baseline.SignalHiddenLinks, baseline.SignalOverlay,
				baseline.SignalRedirect, baseline.SignalMeta, baseline.SignalServer, baseline.SignalTextAdded, baseline.Signal(fuzzed(random, 2))),
			Seen: fuzzed(random, 400), Expected: fuzzed(random, 400), Count: random.IntN(99), Examples: []string{fuzzed(random, 30), fuzzed(random, 30)}})
	}
	return i, v
}

// TestFuzzedTextsArrive puts 5,000 incidents and notices of made-up names, titles and texts into words and sends them: a Bot
// API that is as strict as Telegram accepts each at once.
func TestFuzzedTextsArrive(t *testing.T) {
	server := telegramtest.New(t)
	sender, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: []string{server.URL}, Pace: telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}})
	if err != nil {
		t.Fatal(err)
	}
	desk := notify.New(nil, nil, nil, notify.Options{ConsoleURL: "https://canhcong.example"})
	random := rand.New(rand.NewPCG(2027, 206))
	times := 5000
	if testing.Short() {
		times = 500
	}
	for n := range times {
		lang := pick(random, targets.Vietnamese, targets.English)
		i, v := fuzzedIncident(random)
		m := desk.Words(i, v, pick(random, notify.KindOpened, notify.KindWorsened, notify.KindConfirmed, notify.KindClosed, notify.KindAcknowledged), lang)
		if n%5 == 0 {
			m = desk.NoticeWords(notify.Notice{Kind: pick(random, notify.NoticeBlind, notify.NoticeBrowser, notify.NoticeDisk), Since: i.SuspectedAt,
				Detail: fuzzed(random, 900), Sites: random.IntN(3000)}, notify.KindOpened, lang)
		}
		m.Recipient, m.Actions = "-1001234567890", []notify.Action{{ID: "x", Label: "Tôi nhận"}, {ID: fuzzed(random, 5), Label: fuzzed(random, 20)}}
		if _, err := sender.Send(t.Context(), m); err != nil {
			t.Fatalf("text %d: %v: %q %q", n, err, m.Title, m.Body)
		}
	}
	for n, c := range server.Calls() {
		if n >= times || c.Method != "sendMessage" || c.Fields["parse_mode"] != "HTML" {
			t.Fatalf("call %d of %d texts is %s %q: one before it was refused", n, times, c.Method, c.Fields)
		}
	}
}
