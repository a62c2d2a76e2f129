package notify

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"canhcong/targets"
)

const (
	firstRetry   = 5 * time.Second
	lastRetry    = 5 * time.Minute
	longestRetry = lastRetry * 12 / 10 // with what chance adds
	sendTimeout  = 90 * time.Second    // a picture over a poor line; a Sender has tighter limits of its own
	markTimeout  = 5 * time.Second     // to record, while stopping, what has been sent
	pollEvery    = 5 * time.Second     // finds what another process queued
	mostRefusals = 12                  // tries, over half an hour, of a message that its channel refuses and another has told
)

// job is what one message has to tell: all that waits for one recipient about one subject.
type job struct {
	track
	about  subject
	alerts []Alert // in the order they were queued; all pictures or none
	first  string  // receipt of the message that told the recipient of the subject first
	shared bool    // that message told of others, too
	told   bool    // from memory, while nothing could be written down
}

// repeat says whether the recipient may have this message already.
func (j job) repeat() bool {
	for _, a := range j.alerts {
		if !a.ClaimedAt.IsZero() {
			return true
		}
	}
	return false
}

func (j job) picture() bool { return j.alerts[0].Kind == KindPicture }

// kind is the fact that tells the others too: what opened and is over already is told as an opening that says so.
func (j job) kind() Kind {
	for _, kind := range []Kind{KindPicture, KindOpened, KindClosed, KindEscalated, KindWorsened, KindUnfixed, KindConfirmed} {
		for _, a := range j.alerts {
			if a.Kind == kind {
				return kind
			}
		}
	}
	return j.alerts[0].Kind
}

func (j job) attempts() (most int) {
	for _, a := range j.alerts {
		most = max(most, a.Attempts)
	}
	return most
}

// delivery is how sending a job ended.
type delivery struct {
	job     job
	receipt Receipt
	to      string   // where the message went
	actions []Action // the buttons under it
	note    string   // why there was nothing to send
	err     error
}

// outbox sends what waits. Each track sends one message at a time. Recipients do not wait for each other, and what is urgent
// waits for nothing else; what is not lets it go first.
type outbox struct {
	desk   *Desk
	tracks map[track]*trackState
	done   chan delivery
	silent map[string]time.Time // by channel: since when nothing passes, though something is tried
}

type trackState struct {
	busy     bool
	until    time.Time // parked: nothing is sent before
	asked    bool      // for that patience, by the channel
	failures int       // in a row
	most     int       // subjects in one message, since one of more was refused; 0 when there is no limit
}

// Run sends alerts until ctx ends: claimed, sent, marked as sent, in this order and each of them committed. It wakes at
// once when alerts are queued. Nothing is given up: what fails is tried again for as long as it takes. First what waits for
// channels of before is queued for those of now, and a channel that is new is told what is open.
func (d *Desk) Run(ctx context.Context) error {
	o := &outbox{desk: d, tracks: map[track]*trackState{}, done: make(chan delivery), silent: map[string]time.Time{}}
	var unwritten sync.WaitGroup
	unwritten.Go(func() { d.tellUnwritten(ctx) })
	defer unwritten.Wait()
	ready := false
	for {
		if !ready {
			ready = d.prepare(ctx, time.Now())
		}
		now, wait := time.Now(), pollEvery
		d.keepTime(ctx, now)
		if !d.resting(ctx) {
			d.attend(ctx, now) // by the clock that the plans have followed
			wait = o.round(ctx, now)
		}
		timer := time.NewTimer(wait)
		d.beatNow()
		select {
		case <-ctx.Done():
			timer.Stop()
			o.drain(ctx)
			return nil
		case r := <-o.done:
			o.settle(ctx, r)
		case <-d.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// prepare brings what waits in line with the channels and the clock of this start. If it fails it is tried again with the
// next round.
func (d *Desk) prepare(ctx context.Context, now time.Time) (done bool) {
	for _, step := range []func(context.Context, time.Time) error{d.readdress, d.hasten, d.retireAll, d.forgetWays, d.catchUp} {
		if err := step(ctx, now); err != nil {
			if ctx.Err() == nil {
				d.log.ErrorContext(ctx, "the outbox is not in line with its channels yet", "error", err)
			}
			return false
		}
	}
	return true
}

// keepTime moves when alerts become due by as much as the clock was set: nobody waits longer, or shorter, for that.
func (d *Desk) keepTime(ctx context.Context, now time.Time) {
	by := d.steps.See(now, now.Sub(d.opened))
	if by == 0 {
		return
	}
	if err := d.postpone(ctx, by); err != nil {
		if ctx.Err() == nil {
			d.log.ErrorContext(ctx, "what waits does not follow the clock yet", "error", err)
		}
		return
	}
	d.steps.Followed(by)
}

// attend ends what has lasted long enough.
func (d *Desk) attend(ctx context.Context, now time.Time) {
	for _, step := range []func(context.Context, time.Time) error{d.wakeAll, d.endDrills, d.remindOfClocks} {
		if err := step(ctx, now); err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "what has lasted long enough does not end yet", "error", err)
		}
	}
}

// round starts a message in every track that is free, the urgent ones first, and returns how long nothing else becomes due.
func (o *outbox) round(ctx context.Context, now time.Time) time.Duration {
	wait := pollEvery
	for _, do := range []func(context.Context, time.Time) (time.Time, error){o.desk.climb, o.desk.tend} {
		next, err := do(ctx, now)
		if err != nil && ctx.Err() == nil {
			o.desk.log.ErrorContext(ctx, "the outbox cannot find out who has to be told", "error", err)
		}
		if !next.IsZero() {
			wait = min(wait, next.Sub(now))
		}
	}
	o.meet(ctx)
	for _, urgent := range []bool{true, false} {
		for t, state := range o.tracks {
			switch {
			case t.urgent != urgent || state.busy || !urgent && o.tracks[t.other()].busy:
			case state.until.After(now):
				wait = min(wait, state.until.Sub(now))
			default:
				if err := o.start(ctx, t, state, now); err != nil {
					o.desk.log.ErrorContext(ctx, "the outbox cannot read what waits", "error", err)
				}
			}
		}
	}
	if next, err := o.desk.nextTry(ctx, now); err == nil && !next.IsZero() {
		wait = min(wait, next.Sub(now))
	}
	return wait
}

// meet gets to know the recipients for whom something waits.
func (o *outbox) meet(ctx context.Context) {
	waiting, err := o.desk.waitingLanes(ctx)
	if err != nil && ctx.Err() == nil {
		o.desk.log.ErrorContext(ctx, "the outbox cannot read who waits", "error", err)
	}
	for _, l := range waiting {
		if o.tracks[track{l, true}] == nil && o.desk.carrier(l) != nil {
			o.tracks[track{l, true}], o.tracks[track{l, false}] = &trackState{}, &trackState{}
		}
	}
}

// start claims what a track sends next, and sends it in the background.
func (o *outbox) start(ctx context.Context, t track, state *trackState, now time.Time) error {
	job, ok, err := o.desk.claim(ctx, t, state.most, now)
	if targets.CannotWrite(err) {
		err = errors.Join(err, o.desk.tellUnclaimed(ctx, t, now))
	}
	if err != nil || !ok || ctx.Err() != nil {
		return err
	}
	state.busy = true
	go func() { o.done <- o.desk.deliver(ctx, job) }()
	return nil
}

// drain waits for the messages under way, which ctx has cancelled, and records how they ended.
func (o *outbox) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTimeout)
	defer cancel()
	underWay := 0
	for _, state := range o.tracks {
		if state.busy {
			underWay++
		}
	}
	for range underWay { // they end in any order
		o.settle(ctx, <-o.done)
	}
}

// settle records how a message ended. If even that fails the claim stands, and the message is sent again as a repeat.
func (o *outbox) settle(ctx context.Context, r delivery) {
	state, log := o.tracks[r.job.track], o.desk.log.With("about", r.job.about.label(), "kind", r.job.kind(), "channel", r.job.channel)
	state.busy = false
	now := time.Now()
	o.hear(r, now)
	var err error
	if r.err == nil {
		if err = o.desk.markSent(ctx, r.job, r.receipt, r.note, now); err == nil {
			*state = trackState{}
			err = errors.Join(o.hasten(ctx, r.job.other(), now), o.desk.arrived(ctx, r, now))
		}
		log.InfoContext(ctx, "alert sent", "repeat", r.job.repeat(), "note", r.note)
	} else {
		again := state.failed(r, now)
		err = o.desk.markFailed(ctx, r.job, r.err, again, now)
		log.WarnContext(ctx, "alert not sent yet", "attempts", r.job.attempts()+1, "again", again, "error", r.err)
		if !state.until.IsZero() {
			err = errors.Join(err, o.hold(ctx, r, state.until))
		}
		err = errors.Join(err, o.desk.fails(ctx, r.job.lane, r.err), o.desk.away(ctx, r.job.channel, o.silent[r.job.channel], r.err, now))
		var refused *RefusedError
		if errors.As(r.err, &refused) && r.job.attempts()+1 >= mostRefusals {
			err = errors.Join(err, o.desk.giveUp(ctx, r.job, now))
		}
	}
	err = errors.Join(err, o.desk.settleButtons(ctx, r))
	if err != nil {
		// What was sent is due still, and would be sent again at once.
		state.until = later(state.until, now.Add(backOff(state.failures)))
		state.failures++
		log.ErrorContext(ctx, "the outbox cannot record what became of an alert", "error", err)
	}
}

// hold parks a track that cannot be reached; when it is the urgent one, or the channel asked for patience, the other as well.
func (o *outbox) hold(ctx context.Context, r delivery, until time.Time) error {
	err := o.desk.park(ctx, r.job.track, until)
	var wait *RetryAfterError
	asked := errors.As(r.err, &wait)
	if o.tracks[r.job.track].asked = asked; !asked && !r.job.urgent {
		return err
	}
	other := o.tracks[r.job.other()]
	if until.After(other.until) {
		other.until, other.asked = until, asked
	}
	return errors.Join(err, o.desk.park(ctx, r.job.other(), other.until))
}

// hasten makes a track due that waits because its recipient could not be reached, now that a message has passed.
func (o *outbox) hasten(ctx context.Context, t track, now time.Time) error {
	state := o.tracks[t]
	if state.busy || state.asked || !state.until.After(now) {
		return nil
	}
	until := state.until
	state.failures, state.until = 0, time.Time{}
	return o.desk.release(ctx, t, until, now)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// failed decides what a failure holds up, and returns when the same alerts are tried again. A channel that asks for
// patience, and one that cannot be reached, hold the whole track. A message that is refused holds only itself, and so
// does a picture: it never delays a text. Where one message tells of many, half of them are told next, until the one is found
// that is refused.
func (s *trackState) failed(r delivery, now time.Time) (again time.Time) {
	var wait *RetryAfterError
	var refused *RefusedError
	many, _ := r.job.about.(batch)
	s.until = time.Time{}
	switch {
	case errors.As(r.err, &wait):
		s.until = now.Add(max(wait.After, time.Second))
		return s.until
	case errors.As(r.err, &refused) && len(many) > 1:
		s.most = len(many) / 2
		return now
	case errors.As(r.err, &refused) || r.job.picture():
		return now.Add(backOff(r.job.attempts()))
	default:
		s.until = now.Add(backOff(s.failures))
		s.failures++
		return s.until
	}
}

// backOff returns how long to wait after a number of failures before: from 5 s, twice as long each time, to 5 min, and a
// fifth more or less, so that what failed together is not tried again together.
func backOff(failures int) time.Duration {
	wait := lastRetry
	if failures < 6 {
		wait = firstRetry << failures
	}
	return time.Duration(float64(wait) * (0.8 + 0.4*rand.Float64()))
}

// certainlyNotSent says whether a failed try cannot have reached the recipient.
func certainlyNotSent(err error) bool {
	var wait *RetryAfterError
	var refused *RefusedError
	var gone *UnreachableError
	return !errors.Is(err, ErrPartSent) && (errors.Is(err, ErrNotSent) || errors.As(err, &wait) || errors.As(err, &refused) || errors.As(err, &gone))
}

// deliver puts a job into words as things stand now, and sends it. A panic in there, which a hostile page may be the
// cause of, is the failure of this message only.
func (d *Desk) deliver(ctx context.Context, j job) (r delivery) {
	r.job = j
	defer func() {
		if p := recover(); p != nil {
			r.err = &RefusedError{Reason: fmt.Sprintf("panic: %v", p)}
		}
	}()
	if j.told {
		r.note = noteUnwritten
		return r
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	message, note, err := d.message(ctx, j)
	if err != nil {
		r.err = &RefusedError{Reason: err.Error()}
		return r
	}
	if note != "" {
		r.note = note
		return r
	}
	r.to, r.actions = message.Recipient, message.Actions
	r.receipt, r.err = d.carrier(j.lane).Send(ctx, message)
	var refused *RefusedError
	if j.picture() && j.attempts() >= hopeless && errors.As(r.err, &refused) {
		r.note, r.err = noPicture+refused.Error(), nil // the text has told; what waits for ever would hide what is stuck
	}
	return r
}
