package baseline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
)

// after stores and judges a look some time after the portal was approved.
func (r *room) after(d time.Duration, change func(b *portal)) Verdict {
	r.t.Helper()
	v, _ := r.look(func(b *portal) {
		b.o.At = portalStart.Add(d)
		if change != nil {
			change(b)
		}
	})
	return v
}

func (r *room) lately() *Rolling {
	r.t.Helper()
	b, _, err := r.judge.Approved(r.t.Context(), r.site.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	lately, err := r.judge.rolling(r.t.Context(), b.ObservationID)
	if err != nil {
		r.t.Fatal(err)
	}
	return lately
}

const poster = "Hội thao khối cơ quan phường chào mừng ngày thành lập"

func withPoster(b *portal) { b.block("html/body/aside/section/p", "p", poster, 16) }

func TestCleanLooksAreLearntAfterTheirQuarantine(t *testing.T) {
	r := newRoom(t)
	r.approved()
	path := mark("html/body/aside/section")
	for _, c := range []struct {
		hour            int
		text, structure bool
	}{{2, false, false}, {23, false, false}, {27, true, false}, {60, true, false}, {76, true, true}} {
		v := r.after(time.Duration(c.hour)*time.Hour, withPoster)
		if v.Content != Changed && v.Content != Normal {
			t.Fatalf("hour %d: content %s\n%s", c.hour, v.Content, explain(v))
		}
		lately := r.lately()
		text, structure := lately.knows(mark(unitText(poster))), lately != nil && lately.Paths[path] > 0
		if text != c.text || structure != c.structure {
			t.Errorf("hour %d: text learnt %t, structure %t; want %t, %t", c.hour, text, structure, c.text, c.structure)
		}
	}
	if v := r.after(77*time.Hour, withPoster); slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalTextAdded }) {
		t.Errorf("what was learnt is still new\n%s", explain(v))
	}
}

func TestAtMostOneLookInThreeHoursIsKept(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for i := range 40 {
		r.after(time.Hour+time.Duration(i)*15*time.Minute, nil)
	}
	if n := r.count(`SELECT count(*) FROM baseline_quarantine`); n != 4 {
		t.Errorf("%d looks wait of ten hours, want 4", n)
	}
}

func TestAttackDuringQuarantineLeavesNothing(t *testing.T) {
	for name, spoil := range map[string]func(r *room){
		"judged":   func(r *room) { r.after(20*time.Hour, hackedBlack) },
		"reported": func(r *room) { _ = r.judge.Distrust(r.t.Context(), r.site.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			r.approved()
			for h := 1; h < 20; h += 3 {
				r.after(time.Duration(h)*time.Hour, withPoster)
			}
			if n := r.count(`SELECT count(*) FROM baseline_quarantine`); n == 0 {
				t.Fatal("nothing waits")
			}
			spoil(r)
			if n := r.count(`SELECT count(*) FROM baseline_quarantine WHERE text_at = 0`); n != 0 {
				t.Errorf("%d looks still wait", n)
			}
			for h := 21; h < 120; h += 3 {
				r.after(time.Duration(h)*time.Hour, nil)
			}
			if lately := r.lately(); lately == nil || lately.knows(mark(unitText(poster))) {
				t.Errorf("learnt since: %t; knows what was planted before the attack", lately != nil)
			}
		})
	}
}

// TestWhatIsNeverLearnt shows hosts and titles that stay new however long they are there.
func TestWhatIsNeverLearnt(t *testing.T) {
	r := newRoom(t)
	r.approved()
	var v Verdict
	for h := 1; h < 200; h += 6 {
		v = r.after(time.Duration(h)*time.Hour, func(b *portal) {
			b.p.Title = "Phường Ví Dụ kính chào"
			b.host(monitor.RoleScript, "cdn.jsdelivr.net")
			withPoster(b)
		})
	}
	if !r.lately().knows(mark(unitText(poster))) {
		t.Error("the rest of the page was not learnt")
	}
	for _, s := range []Signal{SignalTitle, SignalScriptOrigin} {
		if !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == s }) {
			t.Errorf("%s is not told any more\n%s", s, explain(v))
		}
	}
}

// walked replaces the first n of the portal's list items and paragraphs by other harmless text.
func walked(n int) func(b *portal) {
	return func(b *portal) {
		for i := range b.p.Blocks {
			if i < n {
				b.p.Blocks[i].Text = fmt.Sprintf("Nội dung khác hẳn %s do người lạ đưa vào từng chút một %s", string(rune('a'+i%26)), string(rune('A'+i/26)))
			}
		}
	}
}

// TestSlowWalk moves the page away from what was approved by one piece of text in twenty a day, without a word that gives it
// away. What was approved must not be forgotten: a person is asked, and an attack is found as on the first day.
func TestSlowWalk(t *testing.T) {
	r := newRoom(t)
	r.approved()
	blocks := len(newPortal(0).p.Blocks)
	asked, last := 0, Verdict{}
	for day := 1; day <= 26; day++ {
		for h := 0; h < 24; h += 6 {
			last = r.after(time.Duration(day*24+h)*time.Hour, walked(min(blocks, day*blocks/20)))
		}
		if asked == 0 && slices.ContainsFunc(last.Evidence, func(e Evidence) bool { return e.Signal == SignalDrift }) {
			asked = day
		}
	}
	if asked == 0 || asked > 20 {
		t.Errorf("asked to approve again on day %d, want by day 20 (drift %.2f)\n%s", asked, r.lately().drift(), explain(last))
	}
	b, anchor, _ := r.reference()
	if plain := Compare(b.of(b.variants()[0]), anchor, last.Observation); plain.Content == Normal {
		t.Errorf("against what was approved the page is %s\n%s", plain.Content, explain(plain))
	}
	if !slices.ContainsFunc(last.Evidence, func(e Evidence) bool { return e.Signal == SignalRetention }) {
		t.Errorf("the whole page is another, and nothing says so\n%s", explain(last))
	}
	if v := r.after(27*24*time.Hour, hackedBlack); v.Content != Defaced {
		t.Errorf("content %s, want defaced\n%s", v.Content, explain(v))
	}
	if v := r.after(27*24*time.Hour+time.Hour, func(b *portal) { walked(blocks)(b); gamblingBar(b) }); v.Content != Defaced {
		t.Errorf("content %s, want defaced\n%s", v.Content, explain(v))
	}
}

func (r *room) reference() (Baseline, monitor.Observation, *Rolling) {
	r.t.Helper()
	refs, err := r.judge.references(r.t.Context(), r.site.ID)
	if err != nil || len(refs) == 0 {
		r.t.Fatalf("%d references, error %v", len(refs), err)
	}
	return refs[0].whole, refs[0].anchor, refs[0].baseline.Profile.Rolling
}

// TestNewsOfAMonthIsQuiet lets a portal publish four items a day, until no headline of the approval is left.
func TestNewsOfAMonthIsQuiet(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for day := 1; day <= 30; day++ {
		var news []string
		for i := range headlines {
			news = append(news, fmt.Sprintf("Bản tin %s kỳ %s của Ủy ban nhân dân phường Ví Dụ", string(rune('A'+(day/3+i)%26)), string(rune('a'+day%26))))
		}
		for h := 0; h < 24; h += 12 {
			if v := r.after(time.Duration(day*24+h)*time.Hour, func(b *portal) { replaceNews(b, news) }); v.Content != Normal && v.Content != Changed {
				t.Fatalf("day %d: content %s\n%s", day, v.Content, explain(v))
			}
		}
	}
}

func TestTamperingWithWhatIsLearnt(t *testing.T) {
	r := newRoom(t)
	r.approved()
	planted := r.save(func(b *portal) { b.o.At = portalStart.Add(time.Hour); withPoster(b) })
	b, _, _ := r.reference()
	change := func(query string, args ...any) {
		t.Helper()
		if _, err := r.db.Write.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	change(`INSERT INTO baseline_quarantine (anchor_id, observation_id, at, mac) VALUES (?, ?, ?, 'x')`, b.ObservationID, planted.ID, planted.At.UnixMilli())
	for h := 2; h < 40; h += 4 {
		r.after(time.Duration(h)*time.Hour, nil)
	}
	if r.lately().knows(mark(unitText(poster))) {
		t.Error("a look that somebody else put into quarantine was learnt from")
	}
	change(`UPDATE baseline_rollings SET profile = replace(profile, '"text"', '"test"')`)
	_, err := r.judge.Handle(t.Context(), r.save(func(b *portal) { b.o.At = portalStart.Add(40 * time.Hour); hackedBlack(b) }))
	if !errors.Is(err, ErrTampered) {
		t.Errorf("error %v, want ErrTampered", err)
	}
	if v := r.told[len(r.told)-1]; v.Content != Defaced {
		t.Errorf("content %s, want defaced: what was approved still counts", v.Content)
	}
	for h := 41; h < 80; h += 4 {
		_, err = r.judge.Handle(t.Context(), r.save(func(b *portal) { b.o.At = portalStart.Add(time.Duration(h) * time.Hour) }))
	}
	if err != nil || r.lately() == nil {
		t.Errorf("it is not learnt anew: error %v", err)
	}
}

// TestApprovingAgainEndsTheDrift approves a portal whose news have all been replaced: from then on that they are is known.
func TestApprovingAgainEndsTheDrift(t *testing.T) {
	r := newRoom(t)
	r.approved()
	drifted := func(v Verdict) bool {
		return slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalDrift })
	}
	edition := func(day int) func(b *portal) {
		return func(b *portal) {
			for i := range b.p.Blocks {
				if strings.HasSuffix(b.p.Blocks[i].Path, "ul/li") {
					b.p.Blocks[i].Text = fmt.Sprintf("Tin %s ngày %s của Ủy ban nhân dân phường về công việc thường kỳ", string(rune('A'+i%26)), string(rune('a'+(day+i/26)%26)))
				}
			}
		}
	}
	var v Verdict
	for day := 1; day <= 9; day++ {
		for h := 0; h < 24; h += 6 {
			v = r.after(time.Duration(day*24+h)*time.Hour, edition(day))
		}
	}
	if !drifted(v) {
		t.Fatalf("all news are others, and nobody is asked\n%s", explain(v))
	}
	if _, err := r.judge.Approve(t.Context(), r.naming(v.Observation)); err != nil {
		t.Fatal(err)
	}
	for day := 10; day <= 18; day++ {
		for h := 0; h < 24; h += 6 {
			if v = r.after(time.Duration(day*24+h)*time.Hour, edition(day)); drifted(v) || v.Content != Normal && v.Content != Changed {
				t.Fatalf("day %d: content %s, drift %t; want quiet\n%s", day, v.Content, drifted(v), explain(v))
			}
		}
	}
	if v = r.after(20*24*time.Hour, hackedBlack); v.Content != Defaced {
		t.Errorf("content %s, want defaced", v.Content)
	}
	if v = r.after(20*24*time.Hour+time.Hour, unsigned); v.Content != Suspicious && v.Content != Defaced {
		t.Errorf("content %s, want an alert", v.Content)
	}
}
