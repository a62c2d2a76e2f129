package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// NoteKind is an occasion on which something is said once, whether or not anything happened.
type NoteKind string

// The kinds of notes.
const (
	NoteMorning NoteKind = "morning" // how things are at the beginning of a day
	NoteEvening NoteKind = "evening" // and at its end
	NoteRestart NoteKind = "restart" // the program stopped without being told to, and runs again
	NoteColour  NoteKind = "colour"  // many portals changed their colours: was that wanted?
	NoteBanner  NoteKind = "banner"  // many portals put up the same: was that wanted?
	NoteClocks  NoteKind = "clocks"  // the time for reports of incidents runs out
)

// Note is said once on its day: whoever misses it knows that the monitor is dead.
type Note struct {
	ID    int64
	Kind  NoteKind
	Day   string // what it is said once for: "2027-02-06"; of a finer kind, "2027-02-06 03h"
	At    time.Time
	Words map[targets.Language]Message // title and body, as things stood then
}

// Note says something once on its day, in both languages: said again, after a restart for one, it changes nothing. One that
// was said in the future, by a clock that was ahead, does not count.
func (d *Desk) Note(ctx context.Context, kind NoteKind, day string, say func(targets.Language) Message) error {
	n := Note{Kind: kind, Day: day, At: time.Now(), Words: map[targets.Language]Message{}}
	for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
		n.Words[lang] = say(lang)
	}
	said, err := d.keepNote(ctx, n)
	if err != nil {
		return fmt.Errorf("say the %s note of %s: %w", kind, day, err)
	}
	if said {
		d.log.InfoContext(ctx, "note said", "note", kind, "day", day)
		d.rouse()
	}
	return nil
}

// Daily says how things are, once on the day that it is in Vietnam, from an hour and minute on. A program that was not there
// yet at that time has missed nothing.
func (d *Desk) Daily(ctx context.Context, kind NoteKind, hour, minute int) error {
	s, err := d.Summary(ctx)
	if err != nil {
		return fmt.Errorf("say the %s note: %w", kind, err)
	}
	due := midnight(s.At).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	if lived, err := d.lived(ctx, due); err != nil || !lived || s.At.Before(due) {
		return err
	}
	day := s.At.In(targets.Vietnam).Format(time.DateOnly)
	return d.Note(ctx, kind, day, func(lang targets.Language) Message { return s.note(lang, d.consoleURL) })
}

// Notes returns notes, newest first.
func (d *Desk) Notes(ctx context.Context, limit int) ([]Note, error) { return d.notes(ctx, limit) }

func (n Note) about() About { return About{AboutNote, n.ID} }

func (n Note) label() string { return fmt.Sprintf("%s note of %s", n.Kind, n.Day) }

// In returns the note in a language.
func (n Note) In(lang targets.Language) Message {
	if m, known := n.Words[lang]; known {
		return m
	}
	return n.Words[targets.Vietnamese]
}

// tell implements subject.
func (n Note) tell(_ context.Context, _ *Desk, _ job, lang targets.Language) (m Message, note string, err error) {
	m = n.In(lang)
	m.Quiet = true
	return m, "", nil
}
