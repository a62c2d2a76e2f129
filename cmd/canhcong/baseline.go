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
	"canhcong/monitor"
	"canhcong/targets"
)

type baselineCommand struct {
	List    baselineList    `cmd:"" help:"List the baselines that wait for approval, or all of one site."`
	Approve baselineApprove `cmd:"" help:"Approve exactly the content that was shown."`
	Reject  baselineReject  `cmd:"" help:"Reject the baseline on offer: learning starts again."`
}

type baselineList struct {
	Site int64 `help:"Only this site, with its history." placeholder:"ID"`
}

// decide holds what approving and rejecting have in common.
type decide struct {
	Site    int64  `arg:"" help:"Site."`
	Content string `required:"" help:"Content hash as listed: what is decided on is exactly what was shown." placeholder:"HASH"`
	Reason  string `help:"Why." default:"từ dòng lệnh"`
}

type baselineApprove struct {
	decide
}

type baselineReject struct {
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
	fmt.Fprintln(w, "SITE\tVERSION\tSTATE\tADDRESS\tCONTENT\tBY")
	for _, b := range list {
		site, err := registry.PastSite(ctx, b.SiteID)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d\t%d\t%s\t%s\t%s\t%s\n", b.SiteID, b.Version, b.State, site.URL, b.ContentHash, b.DecidedBy)
	}
	return w.Flush()
}

// Run approves the baseline on offer and has the site looked at again.
func (c baselineApprove) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		d, err := c.decision(ctx, h)
		if err != nil {
			return err
		}
		b, err := h.judge.Approve(ctx, d)
		if err != nil {
			return err
		}
		if err := monitor.New(h.registry, h.archive, nil, monitor.Options{}).LookNow(ctx, c.Site); err != nil {
			return err
		}
		a.say("Đã phê duyệt bản mẫu số %d.", "Approved baseline version %d.", b.Version)
		return nil
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

func (c decide) decision(ctx context.Context, h *house) (baseline.Decision, error) {
	candidate, ok, err := h.judge.Candidate(ctx, c.Site)
	if err != nil {
		return baseline.Decision{}, err
	}
	if !ok {
		return baseline.Decision{}, fmt.Errorf("no baseline of site %d waits for a decision; see canhcong baseline list", c.Site)
	}
	return baseline.Decision{SiteID: c.Site, ObservationID: candidate.Observation.ID, ContentHash: c.Content, By: operator(), Reason: c.Reason}, nil
}

// operator names who works at the command line, for the record.
func operator() string {
	u, err := user.Current()
	if err != nil {
		return "cli"
	}
	return "cli:" + u.Username
}
