package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"canhcong/targets"
)

// importPage takes a spreadsheet of sites, and says what became of each row.
type importPage struct {
	Report *targets.ImportReport
	DryRun bool
	Error  string // in words
}

func (s *Server) showImport(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, "importsites", frame{Title: "import.title"}, importPage{})
}

func (s *Server) importSites(w http.ResponseWriter, r *http.Request) error {
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		page := importPage{Error: say(s.language(r), "import.nofile")}
		return s.show(w, r, http.StatusUnprocessableEntity, "importsites", frame{Title: "import.title"}, page)
	}
	if err != nil {
		return badForm(err)
	}
	defer file.Close()
	page := importPage{DryRun: r.PostFormValue("check") == "1"}
	report, err := s.registry.Import(r.Context(), file, page.DryRun)
	var words speaker
	if errors.As(err, &words) {
		page.Error = words.Text(s.language(r))
		return s.show(w, r, http.StatusUnprocessableEntity, "importsites", frame{Title: "import.title"}, page)
	}
	if err != nil {
		return err
	}
	if page.Report = &report; !page.DryRun {
		if err := s.record(r, "site.import", "", addedNames(report)); err != nil {
			return err
		}
	}
	return s.show(w, r, http.StatusOK, "importsites", frame{Title: "import.title"}, page)
}

func addedNames(report targets.ImportReport) string {
	var ids []string
	for _, one := range report.Added {
		ids = append(ids, fmt.Sprint(one.ID))
	}
	return fmt.Sprintf("%d: %s", len(ids), strings.Join(ids, " "))
}
