package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"canhcong/notify"
)

// patience is how long a person waits for the result of a test: less than the server gives an answer.
const patience = 20 * time.Second

// testChannel sends a message to an address that people share, now, and shows on the page whether it arrived.
func (s *Server) testChannel(w http.ResponseWriter, r *http.Request) error {
	channel, to := r.PostFormValue("channel"), r.PostFormValue("recipient")
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	failure := s.desk.TestShared(ctx, channel, to)
	if errors.Is(failure, notify.ErrNotFound) {
		return s.listPeople(w, r, http.StatusUnprocessableEntity, peoplePage{Draft: notify.Person{Role: notify.Duty}, Error: say(s.language(r), "channels.gone")})
	}
	notice, result := "notice.channel.fine", "delivered"
	if failure != nil {
		notice, result = "notice.channel.failed", failure.Error()
	}
	if err := s.record(r, "channel.test", "channel/"+cut(channel, 60), to+" · "+cut(result, 300)); err != nil {
		return err
	}
	return s.goTo(w, r, "/people", notice)
}
