package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// noticeWay begins the kinds of notices about ways to people; the way follows, and, for an address that people share, the address.
const noticeWay NoticeKind = "channel:"

// NoticeWay is the kind of notice that says that nobody can be reached on a channel.
func NoticeWay(channel string) NoticeKind { return noticeWay + NoticeKind(channel) }

// noticeShared is the kind of notice that says that an address which people share cannot be reached.
func noticeShared(l lane) NoticeKind { return NoticeWay(l.channel) + "/" + NoticeKind(l.recipient) }

// noticeAway begins the kinds of notices about ways that do not answer.
const noticeAway NoticeKind = "away:"

// NoticeAway is the kind of notice that says that a channel does not answer. Unlike one of NoticeWay it may do so again by itself:
// what waits there goes on waiting, and people are tried there first as ever.
func NoticeAway(channel string) NoticeKind { return noticeAway + NoticeKind(channel) }

// away is the channel that a notice says does not answer: it is told on the others. It is "" for any other notice.
func (k NoticeKind) away() string {
	if channel, about := strings.CutPrefix(string(k), string(noticeAway)); about {
		return channel
	}
	return ""
}

// awayAfter is for how long nothing passes over a channel before people are told.
const awayAfter = 10 * time.Minute

// hear takes note of how one more try on a channel went: since when nothing passes there.
func (o *outbox) hear(r delivery, now time.Time) {
	channel := r.job.channel
	var wait *RetryAfterError
	var refused *RefusedError
	var gone *UnreachableError
	switch {
	case r.to == "": // nothing was sent
	case r.err == nil || errors.As(r.err, &wait) || errors.As(r.err, &refused) || errors.As(r.err, &gone):
		delete(o.silent, channel) // it answers
	case o.silent[channel].IsZero():
		o.silent[channel] = now
	}
}

// away tells people of a channel that has not answered for long, unless our own network is away.
func (d *Desk) away(ctx context.Context, channel string, since time.Time, cause error, now time.Time) error {
	if since.IsZero() || now.Sub(since) < awayAfter {
		return nil
	}
	if blind, err := liveNotice(ctx, d.registry.DB().Read, NoticeBlind); err != nil || blind.Live() {
		return err
	}
	return d.Declare(ctx, Notice{Kind: NoticeAway(channel), Since: since, Detail: cause.Error()})
}

// phrases says what a kind of notice means; false for one that this version does not know.
func (k NoticeKind) phrases() (noticePhrases, bool) {
	if channel := k.away(); channel != "" {
		return awayWords.of(channel), true
	}
	way, about := strings.CutPrefix(string(k), string(noticeWay))
	if !about {
		p, known := noticeWords[k]
		return p, known
	}
	channel, _, shared := strings.Cut(way, "/")
	if shared {
		return sharedWords.of(channel), true
	}
	return wayWords.of(channel), true
}

// of returns phrases about ways with the name of one in them.
func (p noticePhrases) of(channel string) noticePhrases {
	for _, one := range []*phrase{&p.began, &p.over, &p.both} {
		name := func(said string) string { return strings.ReplaceAll(said, "%", "%%") }
		one.vi = strings.ReplaceAll(one.vi, "KÊNH_NÀY", name(ways[channel].or(channel).vi))
		one.en = strings.ReplaceAll(one.en, "THIS_WAY", name(ways[channel].or(channel).en))
	}
	return p
}

// arrived takes note that a message has passed: what was said about its channel is over. Where the channel says that the address
// has moved, what follows goes there.
func (d *Desk) arrived(ctx context.Context, r delivery, now time.Time) error {
	if r.note != "" {
		return nil // nothing was sent
	}
	l := r.job.lane
	if err := d.AddressMoved(ctx, l.channel, l.recipient, r.receipt.MovedTo); err != nil {
		return err
	}
	kinds := []NoticeKind{NoticeWay(l.channel), NoticeAway(l.channel)}
	if _, shared := d.senders[l]; shared {
		kinds = append(kinds, noticeShared(l))
	}
	for _, kind := range kinds {
		if err := d.Declare(ctx, Notice{Kind: kind, Until: now}); err != nil {
			return err
		}
	}
	return nil
}

// fails takes note of how sending in a lane failed: what only a person can mend is told to people on the other ways. The
// failure of somebody's own address is noted at the address.
func (d *Desk) fails(ctx context.Context, l lane, cause error) error {
	var gone *UnreachableError
	if !errors.As(cause, &gone) {
		return nil
	}
	_, shared := d.senders[l]
	switch {
	case gone.Whole:
		return d.Declare(ctx, Notice{Kind: NoticeWay(l.channel), Detail: gone.Reason})
	case shared:
		return d.Declare(ctx, Notice{Kind: noticeShared(l), Detail: gone.Reason})
	default:
		return nil
	}
}

// AddressMoved makes what was sent to an address go to another one from now on, as the channel says that it has moved there.
func (d *Desk) AddressMoved(ctx context.Context, channel, from, to string) error {
	if to == "" || to == from {
		return nil
	}
	if err := d.follow(ctx, lane{channel, from}, to, time.Now()); err != nil {
		return fmt.Errorf("follow an address of %s that has moved: %w", channel, err)
	}
	d.log.WarnContext(ctx, "an address has moved", "channel", channel, "from", from, "to", to)
	d.rouse()
	return nil
}
