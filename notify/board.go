package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// Pinner is a Sender that can keep one of its messages at the top of a chat.
type Pinner interface {
	Sender
	// Pin puts a message that was sent to a recipient at the top of its chat, without disturbing anybody.
	Pin(ctx context.Context, recipient, receipt string) error
}

// boardEvery is how often the boards are brought up to date: a person sees by their clock that the monitor lives.
const boardEvery = 5 * time.Minute

// board is the one message at the top of a shared chat that says how things are.
type board struct {
	receipt string // "" before the first
	pinned  bool
	tried   bool // to pin it, since the start of the program
}

// KeepBoards keeps a message (bảng trực) at the top of every shared chat that can hold one, and brings it up to date every five
// minutes until ctx ends. One that is there already is brought up to date at once; where it is gone a new one takes its place.
func (d *Desk) KeepBoards(ctx context.Context) error {
	boards := d.knownBoards(ctx)
	if len(boards) > 0 {
		d.showBoards(ctx, boards)
	}
	tick := time.NewTicker(boardEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if boards == nil {
			if boards = d.knownBoards(ctx); boards == nil {
				continue
			}
		}
		for _, c := range d.channels {
			if l := (lane{c.Name, c.Recipient}); boards[l] == nil {
				boards[l] = &board{}
			}
		}
		d.showBoards(ctx, boards)
	}
}

// knownBoards returns the boards that are there, nil when that cannot be read for now: nothing else has to wait for them.
func (d *Desk) knownBoards(ctx context.Context) map[lane]*board {
	boards, err := d.readBoards(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.log.ErrorContext(ctx, "the boards wait", "error", err)
		}
		return nil
	}
	return boards
}

// showBoards brings the boards up to date. One that cannot be shows an old time, which is what it is for.
func (d *Desk) showBoards(ctx context.Context, boards map[lane]*board) {
	s, err := d.Summary(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.log.ErrorContext(ctx, "the boards cannot say how things are", "error", err)
		}
		return
	}
	for _, c := range d.channels {
		l := lane{c.Name, c.Recipient}
		sender, can := c.Sender.(Pinner)
		if !can || boards[l] == nil {
			continue
		}
		before := *boards[l]
		if err := boards[l].show(ctx, sender, c.Recipient, s.board(c.Language, d.consoleURL)); err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "a board is not up to date", "channel", c.Name, "error", err)
		}
		if b := *boards[l]; b.receipt == before.receipt && b.pinned == before.pinned {
			continue
		}
		if err := d.saveBoard(ctx, l, *boards[l]); err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "a board may be there twice after a restart", "channel", c.Name, "error", err)
		}
	}
}

// show puts a message in the place of the one before it, and sees to it that it is at the top.
func (b *board) show(ctx context.Context, sender Pinner, recipient string, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	m.Recipient, m.ReplyTo, m.Replaces, m.Quiet = recipient, b.receipt, b.receipt != "", true
	receipt, err := sender.Send(ctx, m)
	if err != nil {
		return fmt.Errorf("bring the board up to date: %w", err)
	}
	if receipt.ID != b.receipt {
		*b = board{receipt: receipt.ID}
	}
	if b.pinned || b.tried {
		return nil
	}
	b.tried = true
	if err := sender.Pin(ctx, recipient, b.receipt); err != nil {
		return fmt.Errorf("pin the board: %w", err)
	}
	b.pinned = true
	return nil
}

// board puts a summary into the words of a board.
func (s Summary) board(lang targets.Language, console string) Message {
	say := speech{lang}
	mark := "🟢 "
	if !s.Well() {
		mark = "🟡 "
	}
	return Message{
		Title: mark + say.say(wordBoard) + " – " + say.when(s.At),
		Body:  say.lines(append(s.lines(say), say.say(wordBoardStale), say.page(console, "/"))...),
	}
}
