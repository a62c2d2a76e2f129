package web

import (
	"fmt"
	"net/http"
	"strconv"

	"canhcong/baseline"
)

// showScreenshot serves the picture of a look. Which look it may be was decided before: there is no address by hash.
func (s *Server) showScreenshot(w http.ResponseWriter, r *http.Request) error {
	return s.serveArtefact(w, subjectOf(r).observation.Screenshot)
}

func (s *Server) showThumbnail(w http.ResponseWriter, r *http.Request) error {
	return s.serveArtefact(w, subjectOf(r).observation.Thumbnail)
}

func (s *Server) serveArtefact(w http.ResponseWriter, hash string) error {
	if hash == "" {
		return notFound(fmt.Errorf("the look has no such picture"))
	}
	data, err := s.archive.Artefact(hash)
	if err != nil {
		return missing(err)
	}
	return servePicture(w, data)
}

// servePicture answers with a PNG that never changes.
func servePicture(w http.ResponseWriter, data []byte) error {
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Disposition", "inline")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	_, err := w.Write(data)
	return ignoreGone(err)
}

// showIncidentPicture serves what the alert carried: before and after, side by side.
func (s *Server) showIncidentPicture(w http.ResponseWriter, r *http.Request) error {
	data, err := s.beforeAfter(r)
	if err != nil {
		return fmt.Errorf("draw the picture of incident %d: %w", subjectOf(r).incident.ID, missing(err))
	}
	return servePicture(w, data)
}

func (s *Server) beforeAfter(r *http.Request) ([]byte, error) {
	v, err := s.judge.Verdict(r.Context(), subjectOf(r).incident.WorstVerdictID)
	if err != nil {
		return nil, err
	}
	before, _, ok, err := s.beforeOf(r.Context(), v)
	if err != nil {
		return nil, err
	}
	if !ok || before.Screenshot == "" || v.Observation.Screenshot == "" {
		return nil, notFound(fmt.Errorf("there are no two pictures to compare"))
	}
	was, err := s.archive.Artefact(before.Screenshot)
	if err != nil {
		return nil, err
	}
	is, err := s.archive.Artefact(v.Observation.Screenshot)
	if err != nil {
		return nil, err
	}
	return baseline.BeforeAfter(was, is, baseline.Differences(before, v.Observation).Regions)
}
