package main

import (
	"context"
	"log/slog"
	"strings"

	"canhcong/targets"
	"canhcong/web"
)

type siteAllow struct {
	ID       int64    `arg:"" help:"Number of the portal, from site list."`
	Networks []string `arg:"" optional:"" help:"Networks or addresses, with a port where needed: 10.20.0.0/16, 10.20.1.2:8181, [fd00:1::/32]:443."`
	None     bool     `help:"Allow nothing besides the public web any more."`
}

// Run replaces the portal's exceptions from the egress policy and writes that to the audit log.
func (c siteAllow) Run(a *app) error {
	allow, err := targets.ParseAllow(strings.Join(c.Networks, " "))
	if err != nil {
		return inWords(err, a.lang)
	}
	return a.withHouse(func(ctx context.Context, h *house) error {
		site, err := h.registry.Site(ctx, c.ID)
		if err != nil {
			return a.noSuchSite(c.ID, err)
		}
		before, now := targets.AllowList(site.Allow), targets.AllowList(allow)
		if len(allow) == 0 && !c.None {
			a.say("Cổng số %d được phép: %s. Đổi: ghi các dải địa chỉ; bỏ hết: --none", "Portal number %d may be reached at: %s. Change it by naming networks, or end it with --none",
				c.ID, firstOf(before, "-"))
			return nil
		}
		if err := h.registry.SetAllow(ctx, c.ID, allow); err != nil {
			return a.noSuchSite(c.ID, err)
		}
		console := web.New(web.Options{Registry: h.registry, Archive: h.archive, Judge: h.judge, Desk: h.desk, Log: slog.New(slog.DiscardHandler)})
		if err := console.RecordAllow(ctx, operator(), c.ID, before, now); err != nil {
			return err
		}
		a.say("Cổng số %d (%s) được phép: %s", "Portal number %d (%s) may be reached at: %s", site.ID, site.Name, firstOf(now, "-"))
		return nil
	})
}
