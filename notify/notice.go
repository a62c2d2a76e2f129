package notify

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// NoticeKind is what is wrong with the monitor itself.
type NoticeKind string

// The kinds of notices.
const (
	NoticeBlind     NoticeKind = "blind"     // our own uplink is away: nothing can be said about any site
	NoticeBrowser   NoticeKind = "browser"   // the browser cannot run: sites are only looked at plainly
	NoticeOverdue   NoticeKind = "overdue"   // looks are overdue
	NoticeDisk      NoticeKind = "disk"      // the disk is nearly full
	NoticeJob       NoticeKind = "job"       // what is done every night failed
	NoticeClock     NoticeKind = "clock"     // the clock of the machine was set, by more than a little
	NoticeDeaf      NoticeKind = "deaf"      // what people say back over a channel is not heard: alerts leave, buttons do nothing
	NoticeNeighbour NoticeKind = "neighbour" // the monitor of a neighbour, which we watch as they watch us, does not answer as it should
	NoticeRoster    NoticeKind = "roster"    // there are times at which nobody is on duty
	NoticeAbsent    NoticeKind = "absent"    // somebody has not come on duty
)

// NoticeKinds lists the kinds, the gravest first; those about channels, see NoticeWay, are graver than all of them.
var NoticeKinds = []NoticeKind{NoticeBlind, NoticeBrowser, NoticeOverdue, NoticeDisk, NoticeNeighbour, NoticeAbsent, NoticeDeaf, NoticeClock, NoticeJob, NoticeRoster}

// Staff says whether the kind is about people: the monitor itself works.
func (k NoticeKind) Staff() bool { return k == NoticeRoster || k == NoticeAbsent }

// Notice is something that the monitor has to say about itself, not about a site, from its beginning to its end. At most one
// of each kind is live.
type Notice struct {
	ID     int64
	Kind   NoticeKind
	Since  time.Time
	Until  time.Time // zero while it lasts
	Detail string    // what the machine measured, or the words of another machine, in one line: no language of ours
	Sites  int       // sites concerned
}

// Live says whether it lasts.
func (n Notice) Live() bool { return n.ID != 0 && n.Until.IsZero() }

// urgent says whether its alerts go before others: while the monitor is blind, nothing else can be told.
func (n Notice) urgent() bool { return n.Kind == NoticeBlind }

// tells lists the alerts that follow from a move. Whoever is missing cannot be expected to hear of it: the next tier is told as well.
func (n Notice) tells(r Reason) []Kind {
	switch {
	case r == ReasonOpened && n.Kind == NoticeAbsent:
		return []Kind{KindOpened, KindEscalated}
	case r == ReasonOpened:
		return []Kind{KindOpened}
	case r == ReasonRecovered:
		return []Kind{KindClosed}
	default:
		return nil
	}
}

// Next returns the live notice of a kind after what is said about it, and what that means. Called on the zero Notice it
// decides whether one begins. A beginning stays what it was, and no end comes before it; an end that is said without a Detail
// leaves the facts as they were.
func (n Notice) Next(said Notice, now time.Time) (Notice, Reason) {
	over := !said.Until.IsZero()
	if !n.Live() {
		said.ID = 0
		if over {
			return n, ReasonQuiet
		}
		if said.Since.IsZero() {
			said.Since = now
		}
		return said, ReasonOpened
	}
	before := n
	if !over || said.Detail != "" {
		n.Detail, n.Sites = said.Detail, said.Sites
	}
	switch {
	case over:
		n.Until = later(said.Until, n.Since)
		return n, ReasonRecovered
	case n != before:
		return n, ReasonPersists
	default:
		return n, ReasonRepeated
	}
}

// Declare says that something is wrong with the monitor, or, with Until set, that it is over. It opens the live notice of
// the kind, brings its facts up to date, or ends it, and queues the alerts that follow in the same transaction: one per
// channel when it begins and one when it is over. Saying the same again changes nothing, and costs one query. A live notice
// survives a restart: whoever declares a kind says after a start how it is now, over included.
func (d *Desk) Declare(ctx context.Context, n Notice) error {
	if _, known := n.Kind.phrases(); !known {
		return fmt.Errorf("declare a notice: there is no kind %q", n.Kind)
	}
	now := time.Now()
	n, reason, err := d.declareAll(ctx, n, now)
	if err != nil {
		return fmt.Errorf("declare the %s notice: %w", n.Kind, err)
	}
	if reason == ReasonOpened || reason == ReasonRecovered {
		d.log.WarnContext(ctx, "notice moved", "notice", n.Kind, "reason", reason, "detail", n.Detail, "sites", n.Sites)
		d.rouse()
	}
	return nil
}

// occasion is what a live notice is told again for.
type occasion struct {
	name  string
	at    time.Time
	tells Kind
}

// remind tells the live notice of a kind once more, once for each occasion: of one before it began it told already.
func (d *Desk) remind(ctx context.Context, kind NoticeKind, o occasion, now time.Time) error {
	again, err := d.remindOf(ctx, kind, o, now)
	if err != nil {
		return fmt.Errorf("remind people of the %s notice: %w", kind, err)
	}
	if again {
		d.rouse()
	}
	return nil
}

// declareAll declares a notice, and before it what was told of its kind while nothing could be written. While nothing can, it is
// told from memory.
func (d *Desk) declareAll(ctx context.Context, said Notice, now time.Time) (n Notice, r Reason, err error) {
	if told, ok := d.emergency.proclaimed(said.Kind); ok {
		_, _, err = d.declare(ctx, told, now)
	}
	if err == nil {
		n, r, err = d.declare(ctx, said, now)
	}
	switch {
	case err == nil:
		d.emergency.recorded(said.Kind)
	case targets.CannotWrite(err):
		d.proclaim(ctx, said, now)
	}
	return n, r, err
}

// LiveNotices returns what is wrong with the monitor now, the gravest first.
func (d *Desk) LiveNotices(ctx context.Context) ([]Notice, error) {
	return d.liveNotices(ctx)
}

// Notices returns notices, newest first; with a limit of 0, the newest hundred.
func (d *Desk) Notices(ctx context.Context, limit int) ([]Notice, error) {
	return d.notices(ctx, "ORDER BY id DESC LIMIT ?", cmp.Or(limit, 100))
}
