package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"canhcong/notify"
	"canhcong/targets"
)

// AuditLog writes to the audit log what people do elsewhere than on the console: over a channel that is listened to.
func AuditLog(db *targets.DB) notify.AuditLog {
	s := &Server{store: store{db: db}}
	return func(ctx context.Context, actor, action, object, detail string) error {
		return s.write(ctx, entry{Actor: actor, Action: action, Object: object, Detail: detail})
	}
}

// auditPage shows who did what, newest first.
type auditPage struct {
	Entries []entry
	Older   string // address of the page before, "" when there is none
}

const auditPageSize = 50

func (s *Server) showAudit(w http.ResponseWriter, r *http.Request) error {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	list, err := s.store.entries(r.Context(), max(before, 0), auditPageSize+1)
	if err != nil {
		return err
	}
	page := auditPage{Entries: list}
	if len(list) > auditPageSize {
		page.Entries = list[:auditPageSize]
		page.Older = fmt.Sprintf("/audit?before=%d", page.Entries[auditPageSize-1].ID)
	}
	return s.show(w, r, http.StatusOK, "audit", frame{Title: "audit.title"}, page)
}
