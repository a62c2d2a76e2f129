package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"canhcong/targets"
)

const (
	absentAfter = 15 * time.Minute // after the beginning of a shift somebody has to have checked in
	mostNamed   = 3                // holes, or people, that a notice names

	// Holes of the next days keep until people are up.
	firstHour, lastHour = 8, 20
)

// RollCall says who has not come on duty, and by day where the roster has holes: each as a notice, which ends by itself. Called
// again it says nothing twice, except for the holes, once a day.
func (d *Desk) RollCall(ctx context.Context) error {
	now := time.Now()
	err := d.callAbsent(ctx, now)
	if hour := now.In(targets.Vietnam).Hour(); firstHour <= hour && hour < lastHour {
		err = errors.Join(err, d.callHoles(ctx, now))
	}
	if err != nil {
		return fmt.Errorf("call the roll: %w", err)
	}
	return nil
}

func (d *Desk) callAbsent(ctx context.Context, now time.Time) error {
	n := Notice{Kind: NoticeAbsent, Until: now}
	var missed []Shift
	if d.rollCall {
		shifts, err := d.shifts(ctx, Span{now, now.Add(time.Millisecond)})
		if err != nil {
			return err
		}
		missed = absent(shifts, now)
	}
	var names []string
	for _, s := range missed {
		names = append(names, plain(s.Person.Name)+" "+s.Span().String())
	}
	if len(names) > 0 {
		n.Detail, n.Until = shortened(names), time.Time{}
	}
	err := d.Declare(ctx, n)
	for _, s := range missed { // also while somebody else still is: those who are to stand in are told of each
		err = errors.Join(err, d.remind(ctx, NoticeAbsent, occasion{fmt.Sprintf(" of shift %d", s.ID), s.missedAt(), KindEscalated}, now))
	}
	return err
}

func (d *Desk) callHoles(ctx context.Context, now time.Time) error {
	outlook, err := d.Outlook(ctx, ahead(now))
	if err != nil {
		return err
	}
	if len(outlook.Holes) == 0 {
		return d.Declare(ctx, Notice{Kind: NoticeRoster, Until: now})
	}
	var list []string
	for _, h := range outlook.Holes {
		list = append(list, h.String())
	}
	if err := d.Declare(ctx, Notice{Kind: NoticeRoster, Detail: shortened(list)}); err != nil {
		return err
	}
	today := midnight(now)
	return d.remind(ctx, NoticeRoster, occasion{today.Format(time.DateOnly), today, KindReminded}, now)
}

// String says when, and of an upper tier which.
func (h Hole) String() string {
	if h.Tier == TierWatch {
		return h.Span.String()
	}
	return fmt.Sprintf("%s (%d)", h.Span.String(), h.Tier)
}

// String says a stretch as rosters do: "06/02 19:00–07:30", and with both days where it is longer than a night.
func (s Span) String() string {
	from, until := s.From.In(targets.Vietnam), s.Until.In(targets.Vietnam)
	if until.Sub(from) <= wholeDay {
		return from.Format("02/01 15:04") + "–" + until.Format("15:04")
	}
	return from.Format("02/01 15:04") + " – " + until.Format("02/01 15:04")
}

func shortened(list []string) string {
	if len(list) > mostNamed {
		return strings.Join(list[:mostNamed], "; ") + fmt.Sprintf("; … (+%d)", len(list)-mostNamed)
	}
	return strings.Join(list, "; ")
}

// missedAt is when somebody has to have checked in.
func (s Shift) missedAt() time.Time { return later(s.From, s.AddedAt).Add(absentAfter) }

// absent returns the shifts that began a while ago and that nobody has checked in to: of several people on one shift one is enough.
// Duty leaders are on call, and need not say that they are there.
func absent(onDuty []Shift, now time.Time) (list []Shift) {
	there := map[Tier]map[int64]bool{TierWatch: {}, TierTechnical: {}}
	for _, s := range onDuty {
		if !s.CheckedIn.IsZero() && s.Tier != TierLeader {
			there[s.Tier][s.From.UnixMilli()] = true
		}
	}
	for _, s := range onDuty {
		if s.Tier != TierLeader && !there[s.Tier][s.From.UnixMilli()] && !now.Before(s.missedAt()) {
			list = append(list, s)
		}
	}
	return list
}
