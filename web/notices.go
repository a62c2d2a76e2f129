package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"canhcong/notify"
)

// troubles returns what the monitor has to say about itself now, and what of a stall it does not say yet: nobody has to read
// the same twice.
func (s *Server) troubles(r *http.Request, st stall) ([]notify.Notice, stall, error) {
	live, err := s.liveNotices(r)
	if err != nil {
		return nil, stall{}, err
	}
	for _, n := range live {
		switch n.Kind {
		case notify.NoticeOverdue:
			st.Overdue = 0
		case notify.NoticeBrowser:
			st.Faulty = 0
		}
	}
	return live, st, nil
}

// liveNotices returns the notices that are the reader's business: who is on duty is only that of the centre.
func (s *Server) liveNotices(r *http.Request) ([]notify.Notice, error) {
	live, err := s.desk.LiveNotices(r.Context())
	if err != nil {
		return nil, fmt.Errorf("ask what is wrong with the monitor: %w", err)
	}
	if !can(personOf(r), oversee, object{}) {
		live = slices.DeleteFunc(live, func(n notify.Notice) bool { return n.Kind.Staff() })
	}
	return live, nil
}

// liveWords puts what is wrong with the monitor into words.
func (s *Server) liveWords(r *http.Request) (out []notify.Message, err error) {
	live, err := s.liveNotices(r)
	for _, n := range live {
		out = append(out, s.desk.NoticeWords(n, notify.KindOpened, s.language(r)))
	}
	return out, err
}

func (s *Server) notesByID(ctx context.Context) (map[int64]notify.Note, error) {
	all, err := s.desk.Notes(ctx, mostAlerts)
	out := map[int64]notify.Note{}
	for _, n := range all {
		out[n.ID] = n
	}
	return out, err
}

func (s *Server) noticesByID(ctx context.Context) (map[int64]notify.Notice, error) {
	all, err := s.desk.Notices(ctx, mostAlerts)
	out := map[int64]notify.Notice{}
	for _, n := range all {
		out[n.ID] = n
	}
	return out, err
}
