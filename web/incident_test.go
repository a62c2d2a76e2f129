package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
)

// TestLostArtefacts loses every file of the archive: incidents and alerts are still shown, in words.
func TestLostArtefacts(t *testing.T) {
	s := changed(t, injected)
	s.house.look(s.site, time.Now(), injected(s.site.Name))
	i := s.incidents()[0]
	files, err := filepath.Glob(filepath.Join(s.folder, "*", "*"))
	must(t, err)
	if len(files) == 0 {
		t.Fatal("the archive has no files")
	}
	for _, f := range files {
		must(t, os.Remove(f))
	}
	for _, path := range []string{"/alerts", sitePath(s.site.ID), fmt.Sprintf("/incidents/%d", i.ID)} {
		if w := s.get("quantri", path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), i.Number) {
			t.Errorf("%s: have %d, want 200 and the incident", path, w.Code)
		}
	}
}

// TestRemovedSiteEndsItsIncidents removes a site that shows an attack.
func TestRemovedSiteEndsItsIncidents(t *testing.T) {
	s := changed(t, injected)
	s.house.look(s.site, time.Now(), injected(s.site.Name))
	if w := s.post("quantri", sitePath(s.site.ID)+"/remove"); w.Code != http.StatusSeeOther {
		t.Fatalf("have %d, want 303", w.Code)
	}
	if i := s.incidents()[0]; i.State != notify.Closed || i.CloseReason != notify.Unwatched {
		t.Errorf("have %s %s, want closed", i.State, i.CloseReason)
	}
}
