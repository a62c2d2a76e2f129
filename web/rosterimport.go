package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"canhcong/notify"
)

// rosterPreview is what a list would add, before anybody has said that it shall.
type rosterPreview struct {
	notify.RosterReport
	List string // of what would be added, to be sent back as it is
}

// importRoster takes a spreadsheet and shows what it means; sent back from there, it is written.
func (s *Server) importRoster(w http.ResponseWriter, r *http.Request) error {
	file, checked, err := rosterFile(r)
	if errors.Is(err, http.ErrMissingFile) {
		return s.listRoster(w, r, http.StatusUnprocessableEntity, rosterPage{Error: say(s.language(r), "import.nofile")})
	}
	if err != nil {
		return badForm(err)
	}
	defer file.Close()
	report, err := s.desk.ImportRoster(r.Context(), file, personOf(r).Login, !checked)
	var words speaker
	if errors.As(err, &words) {
		return s.listRoster(w, r, http.StatusUnprocessableEntity, rosterPage{Error: words.Text(s.language(r))})
	}
	if err != nil {
		return err
	}
	if !checked || len(report.Bad) > 0 {
		return s.listRoster(w, r, http.StatusOK, rosterPage{Preview: &rosterPreview{report, report.CSV()}})
	}
	if err := s.record(r, "roster.import", "", fmt.Sprintf("%d + %d", len(report.Added), len(report.Known))); err != nil {
		return err
	}
	return s.goTo(w, r, "/roster", "notice.rosterimported")
}

// rosterFile is the file that was chosen, or the list that was shown and is sent back.
func rosterFile(r *http.Request) (file io.ReadCloser, checked bool, err error) {
	file, _, err = r.FormFile("file")
	if list := r.PostFormValue("list"); errors.Is(err, http.ErrMissingFile) && list != "" {
		return io.NopCloser(strings.NewReader(list)), true, nil
	}
	return file, false, err
}
