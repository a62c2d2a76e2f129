package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// emergency is how people are told while nothing can be written down, because the disk is full or broken. Incidents and notices
// go on in memory from where the database left them, by the same rules, and what follows from them leaves at once, marked as
// not written down. As soon as something can be written again, what was told is written first.
type emergency struct {
	mu        sync.Mutex
	incidents map[int64]map[baseline.Concern]Incident // by site
	notices   map[NoticeKind]Notice
	waiting   []unwritten    // the oldest first
	taken     map[int64]bool // alerts that wait in the database and are told from here; true once they have arrived
	busy      map[lane]bool
	wake      chan struct{}
}

// unwritten is a message that only memory knows of.
type unwritten struct {
	lane    lane
	lang    targets.Language
	message Message
	tries   int
	after   time.Time // not sent before
	marked  bool      // as perhaps sent before
	refused bool      // by the channel: others do not wait for it
	alerts  []int64   // that wait in the database and that it tells
	lines   []string  // one for each of the many that it tells, until it is sent for the first time
}

// mostUnwritten is how many messages may wait in memory; beyond that the oldest are given up.
const mostUnwritten = 500

// errUnwritten is why a verdict cannot be written about that was not written itself.
var errUnwritten = errors.New("the verdict is not written down")

func newEmergency() *emergency {
	return &emergency{incidents: map[int64]map[baseline.Concern]Incident{}, notices: map[NoticeKind]Notice{}, busy: map[lane]bool{}, taken: map[int64]bool{}, wake: make(chan struct{}, 1)}
}

// improvise moves the incidents of a verdict's site in memory, and tells what follows. cause is why they cannot be written.
func (d *Desk) improvise(ctx context.Context, v baseline.Verdict, cause error) (again monitor.Again, err error) {
	now := time.Now()
	live, _, err := followed(ctx, d.registry.DB().Read, v.Observation.Site.ID)
	if err != nil {
		d.log.ErrorContext(ctx, "what was known before cannot even be read", "site", v.Observation.Site.URL, "error", err)
	}
	for _, m := range d.emergency.move(v, live, now) {
		again = again.Sooner(m.after.Again(m.reason, v))
		for _, kind := range m.tells() {
			if kind == KindPicture {
				continue
			}
			d.cry(ctx, now, func(lang targets.Language) Message { return d.Words(m.after, v, kind, lang) })
		}
	}
	return again, fmt.Errorf("record the incidents of %s: %w", v.Observation.Site.URL, cause)
}

// move moves the incidents of a site in memory, and returns what moved.
func (e *emergency) move(v baseline.Verdict, live map[baseline.Concern]Incident, now time.Time) (moves []move) {
	e.mu.Lock()
	defer e.mu.Unlock()
	site := v.Observation.Site
	if e.incidents[site.ID] == nil {
		e.incidents[site.ID] = map[baseline.Concern]Incident{}
	}
	for _, c := range concerns {
		before, known := e.incidents[site.ID][c] // newer than what is written
		if !known {
			before = live[c]
		}
		if !before.Live() {
			before = Incident{Concern: c}
		}
		for before.Site = site; ; before = (Incident{Site: site, Concern: c}) {
			m := move{before: before, actor: Machine}
			if m.after, m.reason = before.Next(v, now); m.reason.moves() {
				e.incidents[site.ID][c] = m.after
				moves = append(moves, m)
			}
			if m.reason != ReasonExpired { // otherwise the look may be the first of another one
				break
			}
		}
	}
	return moves
}

// knows says whether memory holds something about a site that the database does not.
func (e *emergency) knows(siteID int64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.incidents[siteID]) > 0
}

// told returns the incidents of a site that people were told of in the meantime, in the order of their concerns.
func (e *emergency) told(siteID int64) (list []Incident) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range concerns {
		if i := e.incidents[siteID][c]; !i.OpenedAt.IsZero() && i.State != Dropped {
			list = append(list, i)
		}
	}
	return list
}

func (e *emergency) forget(siteID int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.incidents, siteID)
}

// proclaim moves a notice in memory, and tells what follows.
func (d *Desk) proclaim(ctx context.Context, said Notice, now time.Time) {
	live, err := liveNotice(ctx, d.registry.DB().Read, said.Kind)
	if err != nil {
		d.log.ErrorContext(ctx, "what was known before cannot even be read", "notice", said.Kind, "error", err)
	}
	n, moved := d.emergency.declare(said, live, now)
	if !moved {
		return
	}
	kind := KindOpened
	if !n.Until.IsZero() {
		kind = KindClosed
	}
	d.cry(ctx, now, func(lang targets.Language) Message { return d.NoticeWords(n, kind, lang) })
}

// declare moves a notice in memory; moved says that it began or is over.
func (e *emergency) declare(said, live Notice, now time.Time) (n Notice, moved bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before, known := e.notices[said.Kind]
	if !known {
		before = live
	}
	n, reason := before.Next(said, now)
	if !reason.moves() {
		return n, false
	}
	if n.ID == 0 {
		n.ID = -1 // it lives, but has no row
	}
	e.notices[said.Kind] = n
	return n, reason == ReasonOpened || reason == ReasonRecovered
}

// proclaimed returns the notice of a kind that people were told of and that was never written, as it was when it began.
func (e *emergency) proclaimed(kind NoticeKind) (n Notice, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n = e.notices[kind]
	ok = n.ID == -1
	n.ID, n.Until = 0, time.Time{}
	return n, ok
}

// recorded forgets a notice that is in the database now.
func (e *emergency) recorded(kind NoticeKind) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.notices, kind)
}

// cry has a message told to every shared address, and to the people on duty at the first of their own that works: marked as not
// written down.
func (d *Desk) cry(ctx context.Context, now time.Time, say func(targets.Language) Message) {
	for _, c := range d.channels {
		d.emergency.add(lane{c.Name, c.Recipient}, say(c.Language), c.Language)
	}
	r, err := d.roll(ctx, d.registry.DB().Read, now)
	if err != nil {
		d.log.ErrorContext(ctx, "who is on duty cannot even be read: the shared addresses are told", "error", err)
		return
	}
	first := r.first()
	for _, c := range r.all {
		if slices.Contains(first, c.person.ID) && d.carrier(c.addresses[0].lane()) != nil {
			d.emergency.add(c.addresses[0].lane(), say(c.person.Language), c.person.Language)
		}
	}
}

// add marks a message, and has it sent. It may tell alerts that wait in the database.
func (e *emergency) add(to lane, m Message, lang targets.Language, alerts ...Alert) {
	m.Recipient = cmp.Or(m.Recipient, to.recipient)
	e.mu.Lock()
	defer e.mu.Unlock()
	u := e.place(to, m, lang, len(alerts) > 0)
	for _, a := range alerts {
		u.alerts, e.taken[a.ID] = append(u.alerts, a.ID), false
	}
	e.waiting = e.waiting[max(0, len(e.waiting)-mostUnwritten):]
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// take takes the oldest message of each address that nothing is on its way to.
func (e *emergency) take(now time.Time) (list []unwritten) {
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := map[lane]bool{}
	e.waiting = slices.DeleteFunc(e.waiting, func(u unwritten) bool {
		first := !seen[u.lane]
		seen[u.lane] = seen[u.lane] || !u.refused
		if !first || e.busy[u.lane] || now.Before(u.after) {
			return false
		}
		e.busy[u.lane] = true
		list = append(list, u)
		return true
	})
	return list
}

// back ends a try; a message that is to be tried again goes before the others to its address, unless the database has it back.
func (e *emergency) back(u unwritten, again bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy[u.lane] = false
	recalled := len(u.alerts) > 0
	for _, id := range u.alerts {
		if _, known := e.taken[id]; known {
			e.taken[id], recalled = !again, false
		}
	}
	if again && !recalled {
		e.waiting = slices.Insert(e.waiting, 0, u)
	}
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// tellUnwritten sends what only memory knows of until ctx ends. It asks the database nothing.
func (d *Desk) tellUnwritten(ctx context.Context) {
	var sending sync.WaitGroup
	defer sending.Wait()
	for {
		for _, u := range d.emergency.take(time.Now()) {
			sending.Go(func() { d.tryUnwritten(ctx, u) })
		}
		select {
		case <-ctx.Done():
			return
		case <-d.emergency.wake:
		case <-time.After(pollEvery):
		}
	}
}

// tryUnwritten sends a message once, and has it tried again for as long as it takes. One that the channel refuses is cut down to
// its first line.
func (d *Desk) tryUnwritten(ctx context.Context, u unwritten) {
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if len(u.lines) > 0 {
		u.message, u.lines = u.list(time.Now()), nil
	}
	_, err := d.carrier(u.lane).Send(sending, u.message)
	if err == nil {
		d.log.WarnContext(ctx, "alert sent that is not written down", "channel", u.lane.channel, "title", u.message.Title)
		d.emergency.back(u, false)
		return
	}
	var refused *RefusedError
	if errors.As(err, &refused) {
		u.refused = u.message.Body == "" // even so
		u.message.Body, u.message.Actions = "", nil
	}
	if !u.marked && !certainlyNotSent(err) {
		u.marked, u.message.Title = true, u.message.Title+" "+wordAgain.in(u.lang)
	}
	u.after = time.Now().Add(patienceOf(err, u.tries))
	u.tries++
	d.log.ErrorContext(ctx, "alert that is not written down not sent yet", "channel", u.lane.channel, "tries", u.tries, "error", err)
	d.emergency.back(u, true)
}

// patienceOf is how long to wait after a failed try.
func patienceOf(err error, tries int) time.Duration {
	var wait *RetryAfterError
	if errors.As(err, &wait) {
		return max(wait.After, time.Second)
	}
	return backOff(tries)
}

var (
	wordUnwritten    = phrase{"(chưa ghi được sổ)", "(not written down)"}
	wordWhyUnwritten = phrase{"Máy giám sát không ghi được lên ổ đĩa (đầy hoặc hỏng): vẫn cảnh báo, nhưng tin này chưa có trong sổ. Hãy dọn ổ đĩa ngay.",
		"The monitor cannot write to its disk (full or broken): alerts go on, but this one is on no record yet. Make room now."}
)
