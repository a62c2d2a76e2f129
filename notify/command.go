package notify

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"canhcong/targets"
)

// Command is something a person wrote to us over a channel.
type Command struct {
	Channel string
	User    string // the channel's own name of the person: where they alone are reached
	Chat    string // the conversation: a recipient without any part of it, as in Press
	Private bool   // nobody else reads it
	Text    string
	ReplyTo string    // the message that it replies to; "" for none
	At      time.Time // when it was written; it may have waited for us
}

// verb is what a command asks for.
type verb string

// The verbs.
const (
	verbLink   verb = "start"
	verbDuty   verb = "truc"
	verbStatus verb = "trangthai"
	verbTake   verb = "xacnhan"
	verbPlan   verb = "baotri"
	verbHelp   verb = "giupdo"
)

// verbs are the words for each, Vietnamese first.
var verbs = map[string]verb{
	"start": verbLink,
	"truc":  verbDuty, "duty": verbDuty,
	"trangthai": verbStatus, "status": verbStatus,
	"xacnhan": verbTake, "ack": verbTake,
	"baotri": verbPlan, "maintenance": verbPlan,
	"giupdo": verbHelp, "help": verbHelp,
}

// parseCommand takes a text apart: "/xacnhan SC-2027-0012". The verb is "" for what is no command of ours.
func parseCommand(text string) (v verb, rest string) {
	text, isCommand := strings.CutPrefix(strings.TrimSpace(plain(text)), "/")
	if !isCommand {
		return "", text
	}
	word, rest, _ := strings.Cut(text, " ")
	return verbs[strings.ToLower(word)], strings.TrimSpace(rest)
}

// askedTooLongAgo is how old a question may be that is still answered: whoever asked has looked elsewhere since. What somebody
// said that they do is done however late it comes.
const askedTooLongAgo = 10 * time.Minute

// Command does or answers what somebody wrote. Only people in the list are answered, where they are alone or where everybody is
// told of incidents; strangers are told once an hour, and only where nobody else reads it, how to become known. The zero Answer
// is silence. An error means that it could not be done, and is worth another try.
func (d *Desk) Command(ctx context.Context, c Command) (Answer, error) {
	answer, err := d.command(ctx, c, time.Now())
	if err != nil {
		return Answer{}, fmt.Errorf("answer a command: %w", err)
	}
	return answer, nil
}

func (d *Desk) command(ctx context.Context, c Command, now time.Time) (Answer, error) {
	v, rest := parseCommand(c.Text)
	if v == verbLink && rest != "" {
		return d.link(ctx, c, rest, now)
	}
	replies := v == "" && c.ReplyTo != ""
	if !c.Private {
		if shared, err := d.shares(ctx, c.Channel, c.Chat); err != nil || !shared || v == "" && !replies {
			return Answer{}, err
		}
	}
	who, err := d.speakerOf(ctx, c.Channel, c.User, now)
	if err != nil {
		return Answer{}, err
	}
	if replies && who.rights != isStranger {
		if a, ours, err := d.hearReason(ctx, who, c); ours || err != nil || !c.Private {
			return a, err
		}
	}
	switch {
	case who.rights == isStranger:
		return d.hint(c, who, now), nil
	case v == verbPlan && (who.rights == mayAct || who.Role == Webmaster):
		return d.announceFor(ctx, who, rest, c.At)
	case who.rights == isGuest:
		return Answer{Title: who.say(wordGuest), Body: who.page(d.consoleURL, "/")}, nil
	case v == verbTake:
		return d.takeByNumber(ctx, who, rest, now)
	case now.Sub(c.At) > askedTooLongAgo:
		return Answer{}, nil
	}
	return d.reply(ctx, who, v, now)
}

// reply answers a question.
func (d *Desk) reply(ctx context.Context, who speaker, v verb, now time.Time) (Answer, error) {
	switch v {
	case verbDuty:
		return d.tellDuty(ctx, who, now)
	case verbStatus:
		return d.tellStatus(ctx, who, now)
	case verbLink:
		return who.welcome(), nil
	default:
		return Answer{Title: who.say(wordHelp), Body: who.help()}, nil
	}
}

// shares says whether a conversation is one where everybody is told of incidents.
func (d *Desk) shares(ctx context.Context, channel, chat string) (bool, error) {
	for _, c := range d.channels {
		if c.Name != channel {
			continue
		}
		to, err := d.forwarded(ctx, lane{c.Name, c.Recipient})
		if err != nil || conversation(to) == chat {
			return err == nil, err
		}
	}
	return false, nil
}

// hint tells a stranger how to become known.
func (d *Desk) hint(c Command, who speaker, now time.Time) Answer {
	account := c.Channel + ":" + c.User
	if !c.Private || d.hints.over(account, now) {
		return Answer{}
	}
	d.hints.add(account, now)
	return Answer{Title: who.say(wordStranger)}
}

// CommandHelp is a command and what it does.
type CommandHelp struct{ Name, Does string }

// Commands lists what can be said over a channel, for apps that offer it.
func Commands(lang targets.Language) (list []CommandHelp) {
	for _, c := range commandWords {
		list = append(list, CommandHelp{string(c.verb), c.does.in(lang)})
	}
	return list
}

// help lists what can be said.
func (s speaker) help() string {
	var lines []string
	for _, c := range commandWords {
		lines = append(lines, strings.TrimSpace("/"+string(c.verb)+" "+c.example)+" – "+s.say(c.does))
	}
	return strings.Join(lines, "\n")
}

// numberPattern is what the number of an incident looks like, and what of it may be left out: "sc-2027-0012", "12".
var numberPattern = regexp.MustCompile(`^(?i)(?:([A-Z]{2})[- ]?(?:(\d{4})[- ])?)?0*(\d{1,6})$`)

// parseNumber completes the number of an incident that a person typed; ok is false when it is none.
func parseNumber(typed string, now time.Time) (number string, ok bool) {
	m := numberPattern.FindStringSubmatch(strings.TrimSpace(typed))
	if m == nil {
		return "", false
	}
	series, year := "SC", now.In(targets.Vietnam).Format("2006")
	if m[1] != "" {
		series = strings.ToUpper(m[1])
	}
	if m[2] != "" {
		year = m[2]
	}
	n, err := strconv.Atoi(m[3])
	return fmt.Sprintf("%s-%s-%04d", series, year, n), err == nil
}

// takeByNumber is "Tôi nhận" of somebody who has no button to press.
func (d *Desk) takeByNumber(ctx context.Context, who speaker, typed string, now time.Time) (Answer, error) {
	if who.rights != mayAct {
		return Answer{Title: who.say(wordNotOnRoster)}, d.deny(ctx, who, typed, "not on the roster")
	}
	number, ok := parseNumber(typed, now)
	if !ok {
		return Answer{Title: who.say(wordWhichNumber)}, nil
	}
	about, err := d.numbered(ctx, number)
	if errors.Is(err, ErrNotFound) {
		return Answer{Title: fmt.Sprintf(who.say(wordNoSuchNumber), number)}, nil
	}
	if err != nil {
		return Answer{}, fmt.Errorf("find %s: %w", number, err)
	}
	toast, err := d.takeOn(ctx, who, about, now)
	return Answer{Title: toast}, err
}
