package web

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"canhcong/notify/paper"
)

// paperLimit is how long a paper may take, its printing and its way to a slow reader included.
const paperLimit = 3 * time.Minute

// formAsked is the form in which somebody wants a paper, HTML where they do not say.
func formAsked(r *http.Request) paper.Form {
	return paper.Form(cmp.Or(r.URL.Query().Get("format"), string(paper.HTML)))
}

// servePaper hands over a paper in the form that was asked for, as a file: a paper has a style of its own, which no page of
// the console may have. The name of the file goes without its ending. Who drafted what is written down.
func (s *Server) servePaper(w http.ResponseWriter, r *http.Request, object, name string, put func(paper.Form) ([]byte, error)) error {
	form := formAsked(r)
	// A long paper takes longer than a page may. Where the answer has no deadline, none needs to be put off.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(paperLimit))
	content, err := put(form)
	if err != nil {
		return unmade(err)
	}
	file := name + "." + string(form)
	if err := s.record(r, "report", object, file); err != nil {
		return err
	}
	w.Header().Set("Content-Type", form.Type())
	w.Header().Set("Content-Disposition", `attachment; filename="`+file+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, err = w.Write(content)
	return ignoreGone(err)
}

// unmade says why there is no such paper: what is missing is the browser, or the form.
func unmade(err error) error {
	switch {
	case errors.Is(err, paper.ErrForm):
		return notFound(err)
	case errors.Is(err, paper.ErrPrinter):
		return &problem{Status: http.StatusServiceUnavailable, Words: "error.print", Err: err}
	}
	return err
}
