package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/user"
	"text/tabwriter"

	"canhcong/baseline"
	"canhcong/targets"
)

type baselineCommand struct {
	List     baselineList     `cmd:"" help:"List the baselines that wait for approval, or all of one site."`
	Capture  baselineCapture  `cmd:"" help:"Learn a site anew from the looks that follow, for a new candidate."`
	Approve  baselineApprove  `cmd:"" help:"Approve exactly the content that was shown."`
	Reject   baselineReject   `cmd:"" help:"Reject the baseline on offer: learning starts again."`
	Rollback baselineRollback `cmd:"" help:"Make an earlier approved version the approved one again."`
}

type baselineList struct {
	Site int64 `help:"Only this site, with its history." placeholder:"ID"`
}

type baselineCapture struct {
	Site   int64  `arg:"" help:"Site."`
	Reason string `help:"Why." default:"từ dòng lệnh"`
}

// decide holds what deciding on content has in common.
type decide struct {
	Site    int64  `arg:"" help:"Site."`
	Content string `required:"" help:"Content hash as listed: what is decided on is exactly what was shown." placeholder:"HASH"`
	Reason  string `help:"Why." default:"từ dòng lệnh"`
}

type baselineApprove struct {
	decide
	Look   int64 `help:"Approve this later look at a site instead of the baseline on offer (a legitimate change)." placeholder:"ID"`
	Beside bool  `help:"Accept it beside what is approved, instead of in its place: the page has several looks in turn."`
}

type baselineReject struct {
	decide
}

type baselineRollback struct {
	decide
}

// withHouse opens the house quietly for a command that does not look or send.
func (a *app) withHouse(do func(context.Context, *house) error) error {
	h, err := a.openHouse(slog.New(slog.DiscardHandler), a.config.Listen)
	if err != nil {
		return err
	}
	return errors.Join(do(a.ctx, h), h.close())
}

// Run prints one row per baseline.
func (c baselineList) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		list, err := h.judge.Candidates(ctx)
		if c.Site != 0 {
			list, err = h.judge.Baselines(ctx, c.Site)
		}
		if err != nil {
			return err
		}
		return printBaselines(ctx, a.out, h.registry, list)
	})
}

func printBaselines(ctx context.Context, out io.Writer, registry *targets.Registry, list []baseline.Baseline) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "SITE\tVERSION\tSTATE\tADDRESS\tCONTENT\tBY\tLOOK\tVARIANTS")
	for _, b := range list {
		site, err := registry.PastSite(ctx, b.SiteID)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d\t%d\t%s\t%s\t%s\t%s\t%d\t%d\n", b.SiteID, b.Version, b.State, site.URL, b.ContentHash, b.DecidedBy, b.ObservationID, 1+len(b.Variants))
	}
	return w.Flush()
}

// Run begins to learn anew; what is approved stays in force until the new candidate is approved.
func (c baselineCapture) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		if _, err := h.registry.Site(ctx, c.Site); err != nil {
			return err
		}
		if err := h.judge.Capture(ctx, c.Site, operator(), c.Reason); err != nil {
			return err
		}
		a.say("Bắt đầu học lại từ các lần xem tới; bản mẫu đang dùng vẫn giữ nguyên.",
			"Learning anew from the looks that follow; what is approved stays in force.")
		return nil
	})
}

// Run approves the baseline on offer, or a later look.
func (c baselineApprove) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		d := c.named(c.Look)
		var err error
		if c.Look == 0 {
			if d, err = c.decision(ctx, h); err != nil {
				return err
			}
		}
		d.Beside = c.Beside
		b, err := h.judge.Approve(ctx, d)
		if err != nil {
			return err
		}
		a.say("Đã phê duyệt bản mẫu số %d.", "Approved baseline version %d.", b.Version)
		return h.desk.Excuse(ctx, d.SiteID, d.ObservationID, d.By, d.Reason)
	})
}

// Run rejects the baseline on offer.
func (c baselineReject) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		d, err := c.decision(ctx, h)
		if err != nil {
			return err
		}
		if err := h.judge.Reject(ctx, d); err != nil {
			return err
		}
		a.say("Đã từ chối; việc học bắt đầu lại.", "Rejected; learning starts again.")
		return nil
	})
}

// Run rolls back to the newest superseded version that has the content named.
func (c baselineRollback) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		list, err := h.judge.Baselines(ctx, c.Site)
		if err != nil {
			return err
		}
		for _, b := range list {
			if b.State != baseline.Superseded || b.ContentHash != c.Content {
				continue
			}
			now, err := h.judge.Rollback(ctx, c.named(b.ObservationID))
			if err != nil {
				return err
			}
			a.say("Đã quay lại bản mẫu số %d, nay là bản số %d.", "Rolled back to baseline version %d, now version %d.", b.Version, now.Version)
			return nil
		}
		return fmt.Errorf("site %d has no earlier approved version with that content; see canhcong baseline list --site %d", c.Site, c.Site)
	})
}

func (c decide) decision(ctx context.Context, h *house) (baseline.Decision, error) {
	candidate, ok, err := h.judge.Candidate(ctx, c.Site)
	if err != nil {
		return baseline.Decision{}, err
	}
	if !ok {
		return baseline.Decision{}, fmt.Errorf("no baseline of site %d waits for a decision; see canhcong baseline list", c.Site)
	}
	return c.named(candidate.Observation.ID), nil
}

// named is the decision on one look.
func (c decide) named(observationID int64) baseline.Decision {
	return baseline.Decision{SiteID: c.Site, ObservationID: observationID, ContentHash: c.Content, By: operator(), Reason: c.Reason}
}

// operator names who works at the command line, for the record.
func operator() string {
	u, err := user.Current()
	if err != nil {
		return "cli"
	}
	return "cli:" + u.Username
}
