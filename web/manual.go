package web

import "net/http"

// showManual serves the manual, which is Vietnamese in both languages. It needs no login: somebody who cannot log in at 2 a.m.
// needs it most.
func (s *Server) showManual(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, "manual", frame{Title: "manual.title"}, nil)
}
