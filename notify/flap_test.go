package notify

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

func TestChangeRatio(t *testing.T) {
	results := func(script string) (down []bool) {
		for _, r := range script {
			down = append(down, r == 'd')
		}
		return down
	}
	for script, want := range map[string]float64{
		"":                           0,
		"uuuuuuuuuuuuuuuuuuuuu":      0,
		"uuuuuuuuuuuuuuuuuuuud":      0.06,
		"duuuuuuuuuuuuuuuuuuuu":      0.04,
		"dududududududududududu"[1:]: 1,
		"uuuuuuuuuududududududu"[1:]: 0.65,
		"dudud":                      0.23,
	} {
		if have := changeRatio(results(script)); have < want-0.01 || have > want+0.01 {
			t.Errorf("%s: have %.3f, want %.2f", script, have, want)
		}
	}
}

// Quiet probes are filled in: a failure every half hour is no flapping, however few looks are handed on.
func TestFlapFillsInWhatWasQuiet(t *testing.T) {
	at := time.Date(2027, 2, 6, 0, 0, 0, 0, targets.Vietnam)
	var rare, often flap
	for n := range 60 {
		rare = rare.next(true, at.Add(time.Duration(n)*30*time.Minute), time.Minute).next(false, at.Add(time.Duration(n)*30*time.Minute+20*time.Second), time.Minute)
		often = often.next(n%2 == 0, at.Add(time.Duration(n)*time.Minute), time.Minute)
		if rare.ratio >= flapEnds {
			t.Fatalf("a failure every half hour: have the ratio %.2f", rare.ratio)
		}
	}
	if often.ratio < 0.99 || len(often.down) != flapResults || !often.calmSince.IsZero() {
		t.Errorf("have %+v", often)
	}
	var all flaps
	v := verdict(availability, "down")
	v.Observation.ID, v.Observation.At, v.Observation.Depth = 7, at, monitor.Probe
	if all.see(v); len(all.see(v).down) != 1 {
		t.Error("a look that is handed over twice counts twice")
	}
	calm := often.next(false, often.at.Add(25*time.Minute), time.Minute)
	if calm.ratio >= flapEnds || calm.calmSince.IsZero() {
		t.Errorf("have %+v, want it calm", calm)
	}
}

// Twelve nights in which a portal comes and goes: what people are told with and without seeing that as one thing.
func TestRestlessNights(t *testing.T) {
	for name, up := range map[string]time.Duration{"at once": time.Second, "after minutes": time.Minute, "after a quarter of an hour": 15 * time.Minute} {
		before, after := restless(true, up), restless(false, up)
		t.Logf("back %s: %d messages in 12 nights, seen as flapping %d and %d without a sound", name, len(before.messages), len(after.messages), after.digests)
		if len(after.messages) > 12*mostMessages || after.live.Live() {
			t.Errorf("back %s: have %d messages, live %t: want %d at most, and it to be over", name, len(after.messages), after.live.Live(), 12*mostMessages)
		}
	}
}

// restless simulates twelve days, each with a night of twelve hours in which a site is away for two to four minutes and back for a
// while and as long again at most; back at once, it is away for half a minute only.
func restless(plain bool, up time.Duration) *weekOf {
	w := newWeek(3, false)
	w.plain, w.blips = plain, nil
	chance := rand.New(rand.NewPCG(5, 5))
	for day := range 12 {
		at := time.Duration(day) * 24 * time.Hour
		for end := at + 12*time.Hour; at < end; {
			down := min(2*time.Minute, 30*up)
			down += time.Duration(chance.Int64N(int64(down)))
			back := max(up, 30*time.Second)
			w.blips = append(w.blips, span{at, at + down})
			at += down + back + time.Duration(chance.Int64N(int64(back)))
		}
	}
	start := time.Date(2027, 2, 1, 0, 0, 0, 0, targets.Vietnam)
	for w.look(start) < 12*24*time.Hour {
	}
	return w
}

// TestFlapSurvivesARestart has a portal come and go while the program is killed and started again: the outage that makes it
// flapping is known for that at once.
func TestFlapSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		probe := func(state string) flap {
			v := verdict(availability, state)
			v.Observation = monitor.Observation{Site: o.site, Depth: monitor.Probe, At: time.Now(), Outcome: monitor.OK}
			if err := o.archive.Save(t.Context(), &v.Observation, monitor.Rendering{}); err != nil {
				t.Fatal(err)
			}
			judge := o.registry.DB().Write.QueryRowContext(t.Context(), `INSERT INTO verdicts (site_id, observation_id, at, availability,
				content, quality, certificate, score, evidence) VALUES (?, ?, ?, ?, ?, 'complete', ?, 0, '[]') RETURNING id`,
				o.site.ID, v.Observation.ID, targets.Millis(v.Observation.At), v.Availability, v.Content, v.Certificate)
			if err := judge.Scan(&v.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := o.Handle(t.Context(), v); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			return o.flaps.site[o.site.ID]
		}
		var before flap
		for n := range flapResults {
			before = probe([]string{"up", "down"}[n%2])
		}
		o.look(o.site, availability, "down") // of a browser, which counts for nothing here
		o.Desk = New(o.registry, o.archive, o.judge, Options{})
		after := probe("down")
		if len(after.down) != flapResults || after.ratio < flapBegins || after.ratio > before.ratio {
			t.Errorf("have %d results, the ratio %.2f after %.2f, want it to go on", len(after.down), after.ratio, before.ratio)
		}
		time.Sleep(flapMemory)
		o.Desk = New(o.registry, o.archive, o.judge, Options{})
		if after := probe("up"); len(after.down) != 1 || after.ratio != 0 {
			t.Errorf("two hours later: have %+v, want it forgotten", after)
		}
	})
}

// Six messages about the outages of a site in 24 hours are enough: another outage is told only if it lasts.
func TestEnoughIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		outage := func(lasts time.Duration) {
			o.see(o.site, availability, "d d d d")
			time.Sleep(lasts)
			synctest.Wait()
			o.see(o.site, availability, "d n n")
			time.Sleep(20 * time.Minute)
			synctest.Wait()
		}
		for range 5 {
			outage(10 * time.Minute)
		}
		for range 2 {
			v := o.look(o.site, availability, "up")
			v.Observation.Depth = monitor.Probe
			if _, err := o.Handle(t.Context(), v); err != nil {
				t.Fatal(err)
			}
			time.Sleep(calmFor)
		}
		o.see(o.site, availability, "n n")
		synctest.Wait()
		var have []string
		for n, title := range o.inbox.titles() {
			if !o.inbox.all()[n].Quiet {
				have = append(have, title)
			}
		}
		want := []string{"Không truy cập được", "đã truy cập lại được", "TÁI DIỄN LẦN 2", "đã truy cập lại được", "Truy cập chập chờn", "đã truy cập lại được"}
		if len(have) != len(want) {
			t.Fatalf("have %q, want messages with %q", have, want)
		}
		for n := range want {
			if !strings.Contains(have[n], want[n]) {
				t.Errorf("have %q, want %q in it", have[n], want[n])
			}
		}
		before := len(o.inbox.all())
		outage(10 * time.Minute)
		if len(o.inbox.all()) != before {
			t.Errorf("have %q, want no more than six", o.inbox.titles()[before:])
		}
		outage(61 * time.Minute)
		if have := o.inbox.titles()[before:]; len(have) != 2 || !strings.Contains(have[0], "Không truy cập được") {
			t.Errorf("have %q, want the outage that lasts as well", have)
		}
		o.see(o.site, content, "d d")
		synctest.Wait()
		if have := o.inbox.titles(); !strings.Contains(strings.Join(have, "|"), "🔴 KHẨN") {
			t.Errorf("have %q, want a defacement told at once", have)
		}
	})
}

// What flaps is told to whoever is first, and to the next ones when their time has come.
func TestFlappingEscalatesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.watch(TierTechnical, o.person("trucb", "telegram"))
		o.watch(TierLeader, o.leader("lanhdao", "telegram"))
		defer o.open()()
		for n := range 30 {
			v := o.look(o.site, availability, []string{"up", "down"}[n%2])
			v.Observation.Depth = monitor.Probe
			v.Observation.Site.Profile.Recheck = []time.Duration{20 * time.Second, time.Minute}
			if _, err := o.Handle(t.Context(), v); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		p.want(t, "while it flaps", "02:16:00 telegram truca@telegram 🟠 NGHIÊM TRỌNG: Truy cập chập chờn",
			"02:21:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 5 PHÚT", "02:31:00 telegram lanhdao@telegram ‼️ CHƯA AI NHẬN SAU 15 PHÚT")
	})
}
