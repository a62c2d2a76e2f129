package web

import "context"

// OneTimeCode returns a fresh code that lets a person in once to choose a password, for the command line. Earlier codes and
// open sessions of the person end.
func (s *Server) OneTimeCode(ctx context.Context, personID int64) (code string, err error) {
	return s.newCodeFor(ctx, personID)
}
