package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

// health is what /healthz says. Instants are RFC 3339 in UTC, "" when there is none.
type health struct {
	OK            bool     `json:"ok"`
	DatabaseWrite bool     `json:"database_write"`
	OldestPending string   `json:"oldest_pending"` // alert that has not left yet
	Pending       int      `json:"pending"`
	LastLook      string   `json:"last_look"`
	Overdue       int      `json:"overdue_sites"`           // 0 while they are few enough to be chance
	Faulty        int      `json:"faulty_sites"`            // the same
	Idle          int      `json:"dispatcher_idle_seconds"` // since it last went round
	Restarts      int      `json:"dispatcher_restarts"`
	Hung          int      `json:"hung_looks"` // given up on and not back yet
	Panics        int      `json:"panics"`     // recovered since the start
	FailedJobs    []string `json:"failed_jobs"`
	Notices       []string `json:"notices"` // kinds of what is wrong with the monitor itself
	Database      int64    `json:"database_bytes"`
	Artefacts     int64    `json:"artefact_bytes"` // 0 until they have been counted after a start
	Probes        backlog  `json:"waiting_probes"`
	Renders       backlog  `json:"waiting_renders"`
	Browser       *browser `json:"browser,omitempty"`
	At            string   `json:"at"`
}

// browser is what the browser that renders says of itself. A browser that fails for longer than a moment is a notice.
type browser struct {
	State    string `json:"state"` // ok, starting, failing
	Since    string `json:"since"`
	Restarts int    `json:"restarts"`
	Looks    int    `json:"looks"` // under way
	Waiting  int    `json:"waiting"`
	OldestMS int64  `json:"oldest_wait_ms"`
	MemoryMB int64  `json:"memory_mb"`
}

// backlog is the looks that are due and wait for their turn.
type backlog struct {
	Looks    int   `json:"looks"`
	OldestMS int64 `json:"oldest_ms"` // since it was due
}

func backlogOf(b monitor.Backlog) backlog { return backlog{b.Looks, b.Oldest.Milliseconds()} }

func (s *Server) browserHealth() *browser {
	if s.browser == nil {
		return nil
	}
	b := s.browser()
	return &browser{string(b.State), rfc3339(b.Since), b.Restarts, b.Looks, b.Waiting, b.OldestWait.Milliseconds(), b.Memory >> 20}
}

// healthCache keeps the last answer for a moment: anybody may ask, and each answer costs a write.
type healthCache struct {
	mu   sync.Mutex
	at   time.Time
	last health
}

const healthKept = 2 * time.Second

func (s *Server) showHealth(w http.ResponseWriter, r *http.Request) error {
	h := s.currentHealth(r.Context(), time.Now())
	out, err := json.Marshal(h)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if !h.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, err = w.Write(append(out, '\n'))
	return ignoreGone(err)
}

func (s *Server) currentHealth(ctx context.Context, now time.Time) health {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if now.Sub(s.health.at) >= healthKept {
		s.health.at, s.health.last = now, s.examine(ctx, now)
	}
	return s.health.last
}

func (s *Server) examine(ctx context.Context, now time.Time) health {
	h := health{At: rfc3339(now), Browser: s.browserHealth()}
	err := s.store.sweep(ctx, now)
	h.DatabaseWrite = err == nil
	if err != nil {
		s.log.Error("the database cannot be written", "error", err)
	}
	out, outErr := s.desk.Outbox(ctx)
	states, stateErr := s.judge.States(ctx)
	pulse, pulseErr := s.alarming(ctx)
	jobs, jobsErr := s.failedJobs(ctx)
	live, liveErr := s.desk.LiveNotices(ctx)
	h.Notices = []string{}
	for _, n := range live {
		if !n.Kind.Staff() && n.Kind != notify.NoticeNeighbour { // that somebody else is missing is no fault of the monitor
			h.Notices = append(h.Notices, string(n.Kind))
		}
	}
	room, counted := s.archive.Usage()
	if h.Database = room.Database; counted {
		h.Artefacts = room.Artefacts
	}
	h.Overdue, h.Faulty, h.FailedJobs = pulse.Overdue, pulse.Faulty, jobs
	h.Idle, h.Restarts, h.Hung, h.Panics = int(pulse.Idle.Seconds()), pulse.Restarts, pulse.Hung, pulse.Panics
	h.Probes, h.Renders = backlogOf(pulse.Probes), backlogOf(pulse.Renders)
	var last time.Time
	for _, one := range states {
		if one.LookedAt.After(last) {
			last = one.LookedAt
		}
	}
	h.Pending, h.OldestPending, h.LastLook = out.Pending, rfc3339(out.OldestPending), rfc3339(last)
	stuck := !out.OldestPending.IsZero() && now.Sub(out.OldestPending) > stuckAfter
	h.OK = errors.Join(err, outErr, stateErr, pulseErr, jobsErr, liveErr) == nil && !stuck &&
		pulse.Overdue+pulse.Faulty == 0 && !pulse.Stuck() && len(jobs)+len(h.Notices) == 0
	return h
}

// cycle is what /healthz/cycle says: when a look last went the whole way from the dispatcher to the outbox.
type cycle struct {
	OK   bool   `json:"ok"`
	Last string `json:"last_cycle"`
	Age  int    `json:"age_seconds"`
}

// longestCycle is how long the whole chain may rest: a site that never changes is handed down it every quarter of an hour.
const longestCycle = 17 * time.Minute

// showCycle proves to whoever asks from outside that the chain goes round: it answers 200 only when it has, lately. A neighbour who
// shares our key and sends a nonce gets the answer signed: nobody on the way can say that we live, nor repeat that we did.
func (s *Server) showCycle(w http.ResponseWriter, r *http.Request) error {
	now := time.Now()
	p, err := s.alarming(r.Context())
	if err != nil {
		return err
	}
	c := cycleOf(p.HandedOn, now.Add(-s.desk.Idle()), now)
	out, err := json.Marshal(c)
	if err != nil {
		return err
	}
	out = append(out, '\n')
	w.Header().Set("Content-Type", "application/json")
	if nonce := r.Header.Get(NonceHeader); len(s.cycleKey) > 0 && nonce != "" {
		w.Header().Set(SignatureHeader, SignCycle(s.cycleKey, nonce, out))
	}
	if !c.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, err = w.Write(out)
	return ignoreGone(err)
}

// The headers in which a neighbour sends a word that it never sent before, and finds what proves that the answer is ours and new.
const (
	NonceHeader     = "X-Canhcong-Nonce"
	SignatureHeader = "X-Canhcong-Signature"
)

// SignCycle signs an answer of /healthz/cycle: "sha256=" and, in hexadecimal, the HMAC of the nonce, a dot, and the body.
func SignCycle(key []byte, nonce string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(nonce + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// cycleOf says how long ago both ends of the chain had moved: the last look that went all the way down, and the outbox after it.
func cycleOf(look, outbox, now time.Time) cycle {
	if look.IsZero() {
		return cycle{}
	}
	if outbox.Before(look) {
		look = outbox
	}
	age := now.Sub(look)
	return cycle{OK: age <= longestCycle, Last: rfc3339(look), Age: int(age.Seconds())}
}

func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
