package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// Channel is one address that alerts go to, and the way to it.
type Channel struct {
	Name      string // of the way, as shown and stored: "telegram"; several channels may share it
	Sender    Sender
	Recipient string // the channel's own address: a chat id, a mailbox
	Language  targets.Language
}

// Options configure a Desk. The zero value works: alerts reach the log and the console only.
type Options struct {
	Channels   []Channel           // the shared addresses, which are always told
	Carriers   map[string]Sender   // by the name of the way, "mail": what reaches any address of its kind, a person's own
	Escalation map[Severity]Ladder // when who is told next of what nobody has taken on; without a ladder nobody is
	Cover      Cover               // when somebody has to be on duty; "" is CoverPeriods
	RollCall   bool                // whoever does not check in to their shift is missed
	Heard      []string            // names of the ways that somebody listens to: messages there have buttons
	Audit      AuditLog            // writes down what people do over a channel; nil only logs it
	Letterhead Letterhead          // of official papers
	Deadlines  Deadlines           // of reports of incidents
	Templates  string              // folder of the office's own templates of those, see FilingTemplate; "" has none
	ConsoleURL string              // where people reach the console, "https://canhcong.tinhmau.gov.vn"; "" leaves links out
	Upkeep     func() Upkeep       // how the machine is kept; nil leaves that out of notes
	Log        *slog.Logger
}

// Desk turns verdicts into incidents and gets alerts delivered.
type Desk struct {
	registry   *targets.Registry
	archive    *monitor.Archive
	judge      *baseline.Judge
	channels   []Channel        // that new alerts are queued for
	senders    map[lane]Channel // that queued alerts can be sent through
	carriers   map[string]Sender
	ladders    map[Severity]Ladder
	heard      map[string]bool
	audit      AuditLog
	guesses    *meter // wrong codes, by account
	hints      *meter // what strangers were told, by account
	denials    *meter // what was tried in vain, by account
	configured bool
	cover      Cover
	rollCall   bool
	letterhead Letterhead
	deadlines  Deadlines
	templates  string
	consoleURL string
	upkeep     func() Upkeep
	log        *slog.Logger
	wake       chan struct{}
	flaps      flaps
	emergency  *emergency
	steps      targets.Steps // of the clock by which alerts become due
	opened     time.Time
	beat       atomic.Pointer[time.Time] // when the outbox last went round
	reminded   time.Time                 // the hour of which the outbox knows that nobody has to be reminded of a clock any more

	surroundings surroundings
	fashion      fashion
}

// New returns a desk that keeps its tables in the registry's database. Nothing is sent before Run.
func New(reg *targets.Registry, archive *monitor.Archive, judge *baseline.Judge, o Options) *Desk {
	d := &Desk{
		registry: reg, archive: archive, judge: judge,
		channels: o.Channels, senders: map[lane]Channel{}, carriers: o.Carriers, ladders: o.Escalation, configured: len(o.Channels) > 0,
		cover: o.Cover, rollCall: o.RollCall,
		heard: map[string]bool{}, audit: o.Audit, guesses: newMeter(mostGuesses), hints: newMeter(1), denials: newMeter(mostDenials),
		letterhead: o.Letterhead, deadlines: o.Deadlines, templates: o.Templates, consoleURL: o.ConsoleURL, upkeep: o.Upkeep, log: o.Log, wake: make(chan struct{}, 1), emergency: newEmergency(), opened: time.Now(),
	}
	for _, way := range o.Heard {
		d.heard[way] = true
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.audit == nil {
		d.audit = d.logAudit
	}
	console := Channel{Name: ConsoleChannel, Sender: LogSender{Log: d.log}, Language: targets.Vietnamese}
	if !d.configured {
		d.channels = []Channel{console}
	}
	// What was queued for the console before a channel was configured still leaves through it.
	for _, c := range append([]Channel{console}, d.channels...) {
		d.senders[lane{c.Name, c.Recipient}] = c
	}
	return d
}

// carrier returns what sends in a lane: the sender of the shared address that it is, or whatever reaches any address of its
// channel. It is nil when the channel is not configured.
func (d *Desk) carrier(l lane) Sender {
	if c, shared := d.senders[l]; shared {
		return c.Sender
	}
	return d.carriers[l.channel]
}

// Handle moves the incidents of the verdict's site, one per concern, and queues the alerts that follow, in one
// transaction. It is a baseline.Handler: again is how soon the next look has to confirm or clear what this one saw.
func (d *Desk) Handle(ctx context.Context, v baseline.Verdict) (again monitor.Again, err error) {
	if err := d.wonder(ctx, v, time.Now()); err != nil {
		d.log.ErrorContext(ctx, "nobody is asked whether a change that many portals have was wanted", "error", err)
	}
	d.remember(ctx, v)
	steadiness := d.flaps.see(v)
	idle, err := d.idle(ctx, v)
	if err != nil || idle && !d.emergency.knows(v.Observation.Site.ID) {
		return monitor.Again{}, err
	}
	if _, err := d.registry.Site(ctx, v.Observation.Site.ID); errors.Is(err, targets.ErrNotFound) {
		return monitor.Again{}, nil // a look that was under way while its site was removed
	} else if err != nil {
		return monitor.Again{}, fmt.Errorf("record the incidents of %s: %w", v.Observation.Site.URL, err)
	}
	if v.ID == 0 {
		return d.improvise(ctx, v, errUnwritten)
	}
	moves, err := d.move(ctx, v, steadiness)
	if targets.CannotWrite(err) {
		return d.improvise(ctx, v, err)
	}
	if err != nil {
		return monitor.Again{}, fmt.Errorf("record the incidents of %s: %w", v.Observation.Site.URL, err)
	}
	for _, m := range moves {
		d.announce(m)
		again = again.Sooner(m.after.Again(m.reason, v))
	}
	return again, nil
}

// Acknowledge records that a person is on it, and tells the channels. Saying so again changes nothing. The error wraps
// ErrNotFound.
func (d *Desk) Acknowledge(ctx context.Context, incidentID int64, actor string) (Incident, error) {
	m, err := d.acknowledge(ctx, incidentID, actor, "")
	return m.after, err
}

// acknowledge is Acknowledge with a word for the timeline on how the person said so.
func (d *Desk) acknowledge(ctx context.Context, incidentID int64, actor, how string) (move, error) {
	m, err := d.decide(ctx, incidentID, func(i Incident) move {
		after, reason := i.Acknowledge(actor, time.Now())
		return move{before: i, after: after, reason: reason, actor: actor, detail: how}
	})
	if err != nil {
		return move{}, fmt.Errorf("acknowledge incident %d: %w", incidentID, err)
	}
	d.announce(m)
	return m, nil
}

// Raise records that a person says that the change a verdict shows is not theirs: it opens the content incident of the
// site at once, or is noted on the one that is open.
func (d *Desk) Raise(ctx context.Context, v baseline.Verdict, actor, reason string) (Incident, error) {
	m, err := d.decideContent(ctx, v.Observation.Site, func(i Incident) move {
		after, r := i.Raise(v, actor, time.Now())
		return move{before: i, after: after, reason: r, actor: actor, detail: reason}
	})
	if err != nil {
		return Incident{}, fmt.Errorf("raise an incident of %s: %w", v.Observation.Site.URL, err)
	}
	d.announce(m)
	return m.after, nil
}

// Excuse closes the live content incident of a site after a person approved what a look shows, unless the incident has seen
// something later. It does nothing when there is none.
func (d *Desk) Excuse(ctx context.Context, siteID, observationID int64, actor, reason string) error {
	m, err := d.decideContent(ctx, targets.Site{ID: siteID}, func(i Incident) move {
		after, r := i.Excuse(observationID, actor, time.Now())
		return move{before: i, after: after, reason: r, actor: actor, detail: reason}
	})
	if err != nil {
		return fmt.Errorf("excuse the change of site %d: %w", siteID, err)
	}
	d.announce(m)
	return nil
}

// Retire closes whatever is live about a site that is not watched any more: no look will do it.
func (d *Desk) Retire(ctx context.Context, siteID int64, actor string) error {
	moves, err := d.retire(ctx, siteID, actor)
	if err != nil {
		return fmt.Errorf("close the incidents of site %d: %w", siteID, err)
	}
	for _, m := range moves {
		d.announce(m)
	}
	return nil
}

// Filter chooses incidents.
type Filter struct {
	SiteID int64 // 0 for every site
	Live   bool  // only those that are open or acknowledged
	Quiet  bool  // also suspicions, and those that were dropped, which nobody was told of
	Drills bool  // also drills
	Limit  int   // 0 for 100
}

// Incident returns one incident. The error wraps ErrNotFound.
func (d *Desk) Incident(ctx context.Context, id int64) (Incident, error) {
	return d.incident(ctx, id)
}

// Incidents returns incidents, newest first.
func (d *Desk) Incidents(ctx context.Context, f Filter) ([]Incident, error) {
	return d.incidents(ctx, f)
}

// Timeline returns what happened to an incident, oldest first.
func (d *Desk) Timeline(ctx context.Context, incidentID int64) ([]Event, error) {
	return d.timeline(ctx, incidentID)
}

// Alerts returns the alerts of an incident, oldest first.
func (d *Desk) Alerts(ctx context.Context, incidentID int64) ([]Alert, error) {
	return d.alerts(ctx, "WHERE about_kind = ? AND about_id = ? ORDER BY id", AboutIncident, incidentID)
}

// RecentAlerts returns the newest alerts of all incidents and notices, newest first.
func (d *Desk) RecentAlerts(ctx context.Context, limit int) ([]Alert, error) {
	return d.alerts(ctx, "ORDER BY id DESC LIMIT ?", limit)
}

// Outbox says how well alerts are leaving.
func (d *Desk) Outbox(ctx context.Context) (OutboxState, error) { return d.outbox(ctx) }

// announce logs what moved, and wakes the outbox when there is something to send.
func (d *Desk) announce(m move) {
	if m.reason.notable() {
		d.log.Info("incident moved", "incident", m.after.ID, "number", m.after.Number, "site", m.after.Site.URL,
			"concern", m.after.Concern, "reason", m.reason, "state", m.after.State)
	}
	if len(m.tells()) == 0 {
		return
	}
	d.rouse()
}

// rouse wakes the outbox.
func (d *Desk) rouse() {
	select {
	case d.wake <- struct{}{}:
	default: // it is awake already
	}
}

func (f Filter) limit() int {
	if f.Limit <= 0 {
		return 100
	}
	return f.Limit
}
