package notify

import (
	"context"
	"slices"
	"time"

	"canhcong/targets"
)

// noteUnwritten is what an alert says that was told from memory while nothing could be written down.
const noteUnwritten = "told while nothing could be written down"

// tellUnclaimed has told from memory what is due in a track of which nothing can be claimed, because nothing can be written: each
// subject by itself, or all in one message when there are many.
func (d *Desk) tellUnclaimed(ctx context.Context, t track, now time.Time) error {
	waiting, err := queryAlerts(ctx, d.registry.DB().Read, unsent+` AND kind NOT IN ('picture', 'updated') AND not_before <= ?4 ORDER BY id`,
		t.channel, t.recipient, t.urgent, targets.Millis(now))
	if err != nil {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(a Alert) bool { return d.emergency.tells(a.ID) })
	all := batchOf(ctx, d.registry.DB().Read, waiting)
	if len(all) > mostSingle && !t.urgent {
		d.tellFromMemory(ctx, job{track: t, about: all, alerts: waiting})
		return nil
	}
	for _, p := range all {
		d.tellFromMemory(ctx, job{track: t, about: p.subject, alerts: p.alerts})
	}
	return nil
}

// tellFromMemory hands what a job says to the messages that only memory knows of, without buttons: they could not be kept.
func (d *Desk) tellFromMemory(ctx context.Context, j job) {
	lang, err := d.languageOf(ctx, j.lane)
	if err != nil {
		lang = targets.Vietnamese
	}
	m, note, err := d.text(ctx, j, lang)
	if err != nil || note != "" {
		d.log.WarnContext(ctx, "what waits is not told from memory", "about", j.about.label(), "note", note, "error", err)
		return
	}
	d.emergency.add(j.lane, m, lang, j.alerts...)
}

// tells says whether memory has taken on an alert that waits in the database.
func (e *emergency) tells(alertID int64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, known := e.taken[alertID]
	return known
}

// recall gives back to the database what memory took on of a job that is claimed now: sent says that all of it was told from memory.
// Otherwise it is sent again, as a repeat of what may have arrived; memory sends none of it any more.
func (e *emergency) recall(alerts []Alert, now time.Time) (sent bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	sent = len(alerts) > 0
	for n, a := range alerts {
		arrived, known := e.taken[a.ID]
		sent = sent && known && arrived
		if known && a.ClaimedAt.IsZero() && e.mayHaveArrived(a.ID) {
			alerts[n].ClaimedAt = now
		}
	}
	for _, a := range alerts {
		e.waiting = slices.DeleteFunc(e.waiting, func(u unwritten) bool {
			gone := slices.Contains(u.alerts, a.ID)
			for _, other := range u.alerts {
				if gone && !u.marked {
					delete(e.taken, other) // it was told to nobody
				}
			}
			return gone
		})
		delete(e.taken, a.ID)
	}
	return sent
}

// mayHaveArrived says whether a message with an alert that memory took on was sent, is on its way, or was tried in vain.
func (e *emergency) mayHaveArrived(alertID int64) bool {
	n := slices.IndexFunc(e.waiting, func(u unwritten) bool { return slices.Contains(u.alerts, alertID) })
	return n < 0 || e.waiting[n].marked
}
