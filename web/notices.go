package web

import (
	"context"
	"fmt"
	"net/http"

	"canhcong/notify"
)

// troubles returns what the monitor has to say about itself now, and what of a stall it does not say yet: nobody has to read
// the same twice.
func (s *Server) troubles(ctx context.Context, st stall) ([]notify.Notice, stall, error) {
	live, err := s.desk.LiveNotices(ctx)
	if err != nil {
		return nil, stall{}, fmt.Errorf("ask what is wrong with the monitor: %w", err)
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

// liveWords puts what is wrong with the monitor into words.
func (s *Server) liveWords(r *http.Request) (out []notify.Message, err error) {
	live, err := s.desk.LiveNotices(r.Context())
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
