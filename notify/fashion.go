package notify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// fashion remembers the harmless changes that looks have found, by site, and when each was found first. What it forgets in a
// restart the next looks find again.
type fashion struct {
	mu   sync.Mutex
	seen map[int64]map[baseline.Mark]time.Time
}

const (
	fashionLasts   = time.Hour
	fewestAlike    = 5  // portals that are more than chance
	fashionPercent = 20 // of all portals, that somebody must have changed on purpose
)

// note keeps what a look has found, and returns what came lately, by site; nothing when the look has found nothing new.
func (f *fashion) note(v baseline.Verdict, now time.Time) map[int64][]baseline.Mark {
	if v.Content == baseline.Unjudged {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	site, marks, news := v.Observation.Site.ID, map[baseline.Mark]time.Time{}, false
	for _, m := range v.Harmless() {
		at, known := f.seen[site][m]
		if !known {
			at, news = now, true
		}
		marks[m] = at
	}
	if f.seen == nil {
		f.seen = map[int64]map[baseline.Mark]time.Time{}
	}
	if f.seen[site] = marks; len(marks) == 0 {
		delete(f.seen, site)
	}
	if !news {
		return nil
	}
	return f.lately(now)
}

func (f *fashion) lately(now time.Time) map[int64][]baseline.Mark {
	recent := map[int64][]baseline.Mark{}
	for site, marks := range f.seen {
		for m, at := range marks {
			if age := now.Sub(at); age >= 0 && age <= fashionLasts {
				recent[site] = append(recent[site], m)
			}
		}
	}
	return recent
}

// inFashion returns the change that so many of all sites have had lately that somebody must have wanted it; how many, or 0.
func inFashion(recent map[int64][]baseline.Mark, sites int) (what baseline.Mark, n int) {
	count := map[baseline.Mark]int{}
	for _, marks := range recent {
		for _, m := range marks {
			count[m]++
		}
	}
	need := max(fewestAlike, (sites*fashionPercent+99)/100)
	for m, c := range count {
		if c >= need && (c > n || c == n && m.Value < what.Value) {
			what, n = m, c
		}
	}
	return what, n
}

// wonder asks, once a day, whether a change that many portals have had within an hour was wanted: for mourning, or a banner.
func (d *Desk) wonder(ctx context.Context, v baseline.Verdict, now time.Time) error {
	recent := d.fashion.note(v, now)
	if len(recent) < fewestAlike {
		return nil
	}
	all, err := d.everywhere(ctx)
	if err != nil {
		return err
	}
	what, n := inFashion(recent, len(all.bonds))
	if n == 0 {
		return nil
	}
	kind := map[baseline.MarkKind]NoteKind{baseline.MarkColour: NoteColour, baseline.MarkAdded: NoteBanner}[what.Kind]
	day := now.In(targets.Vietnam).Format(time.DateOnly)
	return d.Note(ctx, kind, day, func(lang targets.Language) Message {
		return fashionWords(what, n, len(all.bonds), now, lang, d.consoleURL)
	})
}

var (
	wordFashionColour = phrase{"%d cổng đổi màu trong một giờ. Có phải toàn tỉnh đổi giao diện (quốc tang)?", "%d portals changed their colours within an hour. Does the whole province (state mourning)?"}
	wordFashionBanner = phrase{"%d cổng cùng thêm một nội dung trong một giờ. Có phải băng rôn chung toàn tỉnh?", "%d portals put up the same within an hour. Is it a banner for the whole province?"}
	wordFashionText   = phrase{"Nội dung mới", "New text"}
	wordFashionOf     = phrase{"%d trên %d cổng; cấu trúc và liên kết của trang không đổi bất thường.", "%d of %d portals; their structure and links have not changed oddly."}
	wordFashionToDo   = phrase{"nếu đúng, khai báo sự kiện giao diện để không phải duyệt từng cổng; nếu không, hãy hỏi các đơn vị", "if so, declare an appearance event, so that nobody has to approve each portal; if not, ask the units"}
)

// fashionWords is the one question that many alike changes are.
func fashionWords(what baseline.Mark, n, sites int, now time.Time, lang targets.Language, console string) Message {
	s := speech{lang}
	ask, text := wordFashionColour, ""
	if what.Kind == baseline.MarkAdded {
		ask, text = wordFashionBanner, s.labelled(wordFashionText, "“"+foreign(what.Value, "")+"”")
	}
	return Message{
		Title: "❓ " + fmt.Sprintf(s.say(ask), n),
		Body:  s.lines(s.when(now), fmt.Sprintf(s.say(wordFashionOf), n, sites), text, s.labelled(wordToDo, s.say(wordFashionToDo)), s.page(console, "/events")),
	}
}
