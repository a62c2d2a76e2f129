package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// deed is what a button under a message about an incident does.
type deed string

// The deeds.
const (
	deedTake    deed = "take"    // Tôi nhận
	deedReal    deed = "real"    // Sự cố thật
	deedFalse   deed = "false"   // Báo sai
	deedQuiet30 deed = "quiet30" // Tạm lắng 30 phút
	deedQuiet60 deed = "quiet60"
	deedContact deed = "contact" // Đầu mối
	deedDetails deed = "details" // Chi tiết
)

// deeds lists what can be done about an incident as it stands, in the order of the buttons.
func (i Incident) deeds() (list []deed) {
	if !i.Told() {
		return nil
	}
	if i.State == Open {
		list = append(list, deedTake)
	}
	if i.Finding == "" {
		list = append(list, deedReal, deedFalse)
	}
	if i.MaySnooze() {
		list = append(list, deedQuiet30, deedQuiet60)
	}
	return append(list, deedContact, deedDetails)
}

// perform does the deed of a button that counts.
func (d *Desk) perform(ctx context.Context, who speaker, b button, now time.Time) (Answer, error) {
	switch b.Deed {
	case deedTake:
		toast, err := d.takeOn(ctx, who, b.About, now)
		if err != nil {
			return Answer{}, err
		}
		return Answer{Toast: toast}, d.used(ctx, b.ID, who.Login, now)
	case deedReal:
		return d.find(ctx, who, b, FoundReal, now)
	case deedFalse:
		return d.find(ctx, who, b, FoundFalse, now)
	case deedQuiet30:
		return d.snooze(ctx, who, b, 30*time.Minute, now)
	case deedQuiet60:
		return d.snooze(ctx, who, b, LongestSnooze, now)
	case deedContact:
		return d.contact(ctx, who, b.About.ID)
	case deedDetails:
		return d.details(ctx, who, b.About.ID)
	default:
		return Answer{}, fmt.Errorf("a button of %s does %q, which this version does not know", b.object(), b.Deed)
	}
}

// takeOn acknowledges what somebody takes on over a channel, and says how things stand then.
func (d *Desk) takeOn(ctx context.Context, who speaker, about About, now time.Time) (toast string, err error) {
	var t taking
	if about.Kind == AboutGroup {
		t, err = d.takeGroup(ctx, who, about)
	} else {
		t, err = d.takeIncident(ctx, who, about)
	}
	if err != nil {
		return "", err
	}
	t.name = d.nameOf(ctx, t.login)
	return who.taken(t, now), nil
}

func (d *Desk) takeIncident(ctx context.Context, who speaker, about About) (taking, error) {
	m, err := d.acknowledge(ctx, about.ID, who.Login, who.channel)
	if err == nil && m.reason == ReasonAcknowledged {
		err = d.audit(ctx, who.Login, "acknowledge", fmt.Sprintf("incident/%d", about.ID), m.after.Number+" · "+who.channel)
	}
	return m.after.taking(), err
}

func (d *Desk) takeGroup(ctx context.Context, who speaker, about About) (taking, error) {
	before, err := d.Group(ctx, about.ID)
	if err != nil || before.State != Open {
		return before.taking(), err
	}
	g, err := d.AcknowledgeGroup(ctx, about.ID, who.Login)
	if err == nil && g.AcknowledgedBy == who.Login {
		err = d.audit(ctx, who.Login, "acknowledge", fmt.Sprintf("group/%d", g.ID), g.Number+" · "+who.channel)
	}
	return g.taking(), err
}

// details tells more about an incident than its message does, for somebody who cannot open the console where they are.
func (d *Desk) details(ctx context.Context, who speaker, incidentID int64) (Answer, error) {
	i, err := d.incident(ctx, incidentID)
	if err != nil {
		return Answer{}, err
	}
	events, err := d.timeline(ctx, incidentID)
	if err != nil {
		return Answer{}, err
	}
	v, err := d.judge.Verdict(ctx, i.WorstVerdictID)
	if err != nil {
		d.log.ErrorContext(ctx, "details are told without what was seen", "incident", i.Number, "error", err)
		v = baseline.Verdict{}
	}
	i.AcknowledgedBy, i.RaisedBy = d.nameOf(ctx, i.AcknowledgedBy), d.nameOf(ctx, i.RaisedBy)
	w := words{speech: who.speech, i: i, v: v}
	return Answer{Title: "🔎 " + i.Number + " · " + w.what(), Body: w.lines(w.who(), w.stands(), w.everything(), w.story(events, d.names(ctx, events)), w.link(d.consoleURL))}, nil
}

// deeds lists what can be done about a group: who takes it on has its members. What each of them is, they are asked one by one.
func (g Group) deeds() []deed {
	if g.State == Open {
		return []deed{deedTake}
	}
	return nil
}

// find records what somebody found out about an incident. What excuses one needs a reason, for which they are asked; and one that
// is red is not excused here at all, where whoever has found a phone may speak.
func (d *Desk) find(ctx context.Context, who speaker, b button, f Finding, now time.Time) (Answer, error) {
	i, err := d.incident(ctx, b.About.ID)
	switch {
	case err != nil:
		return Answer{}, err
	case !i.Told():
		return Answer{Toast: who.taken(i.taking(), now)}, nil
	case i.Finding != "":
		return Answer{Toast: fmt.Sprintf(who.say(wordFoundBy), plain(d.nameOf(ctx, i.FoundBy)), i.Number, i.Finding.Text(who.lang), who.moment(i.FoundAt, now))}, nil
	case f.Excuses() && i.Red:
		return Answer{Toast: fmt.Sprintf(who.say(wordOnlyOnConsole), i.Number), Title: fmt.Sprintf(who.say(wordOnlyOnConsole), i.Number),
			Body: words{speech: who.speech, i: i}.link(d.consoleURL)}, nil
	case f.Excuses():
		return d.ask(ctx, who, i, f, now)
	}
	return d.verified(ctx, who, i, f, "")
}

// verified records what somebody found, and says so.
func (d *Desk) verified(ctx context.Context, who speaker, i Incident, f Finding, reason string) (Answer, error) {
	i, err := d.Verify(ctx, i.ID, f, who.Login, reason)
	if err != nil {
		return Answer{}, err
	}
	err = d.audit(ctx, who.Login, "incident.verify", fmt.Sprintf("incident/%d", i.ID), strings.TrimSpace(i.Number+" · "+who.channel+" · "+string(f)+" "+targets.OneLine(reason)))
	return Answer{Toast: fmt.Sprintf(who.say(wordFoundNow), i.Number, f.Text(who.lang))}, err
}

// snooze keeps an incident quiet for a while (tạm lắng).
func (d *Desk) snooze(ctx context.Context, who speaker, b button, lasts time.Duration, now time.Time) (Answer, error) {
	i, err := d.incident(ctx, b.About.ID)
	if err == nil && i.MaySnooze() {
		err = d.Silence(ctx, Silence{IncidentID: i.ID, Until: now.Add(lasts), Reason: fmt.Sprintf(who.say(wordPressedOn), who.channel), By: who.Login})
		if err == nil {
			err = d.audit(ctx, who.Login, "incident.snooze", b.object(), i.Number+" · "+who.channel)
		}
		if err == nil {
			i, err = d.incident(ctx, i.ID)
		}
	}
	switch {
	case err != nil && !errors.Is(err, ErrNeverQuiet):
		return Answer{}, err
	case !i.Told():
		return Answer{Toast: who.taken(i.taking(), now)}, nil
	case i.HushedUntil.IsZero():
		return Answer{Toast: fmt.Sprintf(who.say(wordNeverQuiet), i.Number)}, nil
	}
	return Answer{Toast: fmt.Sprintf(who.say(wordQuiet), i.Number, who.moment(i.HushedUntil, now))}, nil
}

// contact names whoever looks after a portal, for nobody but the one who asks.
func (d *Desk) contact(ctx context.Context, who speaker, incidentID int64) (Answer, error) {
	i, err := d.incident(ctx, incidentID)
	if err != nil {
		return Answer{}, err
	}
	people, err := d.People(ctx)
	if err != nil {
		return Answer{}, err
	}
	var names []string
	for _, p := range people {
		if p.Role == Webmaster && p.UnitID == i.Site.Unit.ID {
			names = append(names, plain(p.Name))
		}
	}
	listed, err := d.registry.Contacts(ctx)
	if err != nil {
		return Answer{}, err
	}
	for _, c := range listed {
		if name := plain(c.Name); c.UnitID == i.Site.Unit.ID && c.Valid(time.Now()) && !slices.Contains(names, name) {
			names = append(names, name) // how to reach them is for the console: a chat is no place for numbers
		}
	}
	if len(names) == 0 {
		return discreet(fmt.Sprintf(who.say(wordNoContact), plain(i.Site.Unit.Name))), nil
	}
	return discreet(fmt.Sprintf(who.say(wordContact), plain(i.Site.Unit.Name), strings.Join(names, ", "))), nil
}

// names are the names of everybody in a timeline, by login.
func (d *Desk) names(ctx context.Context, events []Event) map[string]string {
	known := map[string]string{Machine: ""}
	for _, e := range events {
		if _, ok := known[e.Actor]; !ok {
			known[e.Actor] = d.nameOf(ctx, e.Actor)
		}
	}
	return known
}
