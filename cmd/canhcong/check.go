package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sort"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

type checkCommand struct {
	URL     string        `arg:"" help:"Address of the page."`
	JSON    bool          `help:"Print stable JSON."`
	Timeout time.Duration `help:"How long the look may take." default:"30s"`
}

// checkReport is what --json prints. Fields are only ever added.
type checkReport struct {
	URL          string                    `json:"url"`
	FinalURL     string                    `json:"final_url"`
	At           time.Time                 `json:"at"`
	Outcome      monitor.Outcome           `json:"outcome"`
	Cause        monitor.Cause             `json:"cause,omitempty"`
	Detail       string                    `json:"detail,omitempty"`
	Status       int                       `json:"status"`
	Milliseconds int64                     `json:"milliseconds"`
	Registered   bool                      `json:"registered"`
	Availability baseline.Availability     `json:"availability"`
	Content      baseline.Content          `json:"content"`
	Quality      baseline.Quality          `json:"quality"`
	Certificate  baseline.CertificateState `json:"certificate"`
	NotAfter     *time.Time                `json:"certificate_not_after,omitempty"`
	Wire         *monitor.Wire             `json:"wire,omitempty"` // what the probe met on its way
	Score        float64                   `json:"score"`
	Evidence     []checkEvidence           `json:"evidence"`
	Page         *checkPage                `json:"page,omitempty"`
}

type checkEvidence struct {
	baseline.Evidence
	Sentence string `json:"sentence"`
}

type checkPage struct {
	Title       string                    `json:"title"`
	Blocks      int                       `json:"blocks"`
	Links       int                       `json:"links"`
	HiddenLinks int                       `json:"hidden_links"`
	Hosts       map[monitor.Role][]string `json:"hosts"`
	Dialogs     []monitor.Dialog          `json:"dialogs,omitempty"`
	Redirects   []monitor.Redirect        `json:"redirects,omitempty"`
	Failed      []monitor.Resource        `json:"failed,omitempty"`
	Partial     string                    `json:"partial,omitempty"`
	Screenshot  int                       `json:"screenshot_bytes"`
}

// Run looks once, with a probe and a render, and prints what they saw. Nothing is stored.
func (c checkCommand) Run(a *app) error {
	r, err := c.look(a)
	if err != nil {
		return exitError{2, err}
	}
	if err := a.printCheck(r, c.JSON); err != nil {
		return exitError{2, err}
	}
	return r.exit()
}

func (c checkCommand) look(a *app) (checkReport, error) {
	key, address, err := targets.Key(c.URL)
	if err != nil {
		return checkReport{}, err
	}
	browser, err := a.browser(slog.New(slog.DiscardHandler))
	if err != nil {
		return checkReport{}, err
	}
	defer browser.Close()
	resolver, err := a.resolver()
	if err != nil {
		return checkReport{}, err
	}
	looker := monitor.Looker{Browser: browser, Hosts: a.config.Hosts, Resolver: resolver, Egress: a.egress()}
	if !a.hasDatabase() {
		site := targets.Site{URL: address, Key: key}
		return report(looker.Look(a.ctx, site, monitor.Probe, false, c.Timeout), looker.Look(a.ctx, site, monitor.Render, false, c.Timeout), baseline.Absolute), nil
	}
	var r checkReport
	err = a.withHouse(func(ctx context.Context, h *house) error {
		site, registered, err := h.registry.FindSite(ctx, c.URL)
		if err != nil {
			return err
		}
		if !registered {
			site = targets.Site{URL: address, Key: key}
		}
		judge, err := h.judge.Comparison(ctx, site.ID)
		if err != nil {
			return err
		}
		r = report(looker.Look(ctx, site, monitor.Probe, false, c.Timeout), looker.Look(ctx, site, monitor.Render, false, c.Timeout), judge)
		r.Registered = registered
		return nil
	})
	return r, err
}

// report puts both looks together. The probe is the one that sees the certificate.
func report(first, second monitor.Sight, judge func(monitor.Observation) baseline.Verdict) checkReport {
	probe, render := first.Observation, second.Observation
	certificate, v := baseline.Absolute(probe), judge(render)
	r := checkReport{
		URL: render.Site.URL, FinalURL: firstOf(render.FinalURL, probe.FinalURL), At: probe.At.UTC(),
		Outcome: render.Outcome, Cause: render.Cause, Detail: render.Detail,
		Status: render.Status, Milliseconds: (probe.Took + render.Took).Milliseconds(), Availability: v.Availability,
		Content: v.Content, Quality: v.Quality, Certificate: certificate.Certificate, Score: v.Score, Wire: probe.Wire, Evidence: []checkEvidence{},
	}
	if probe.Certificate != nil {
		r.NotAfter = &probe.Certificate.NotAfter
	}
	for _, e := range append(certificate.EvidenceOf(baseline.ConcernCertificate), v.Evidence...) {
		r.Evidence = append(r.Evidence, checkEvidence{e, e.Sentence(targets.Vietnamese)})
	}
	if render.Page != nil {
		r.Page = summarise(render.Page, len(second.Rendering.Screenshot))
	}
	return r
}

func summarise(p *monitor.Page, screenshot int) *checkPage {
	hidden := 0
	for _, l := range p.Links {
		if l.Hidden != "" {
			hidden++
		}
	}
	return &checkPage{
		Title: p.Title, Blocks: len(p.Blocks), Links: len(p.Links), HiddenLinks: hidden, Hosts: p.Hosts, Dialogs: p.Dialogs,
		Redirects: p.Redirects, Failed: p.Failed, Partial: p.Partial, Screenshot: screenshot,
	}
}

// exit is the code that scripts rely on: 0 fine, 1 finding, 2 could not look.
func (r checkReport) exit() error {
	switch {
	case r.Outcome == monitor.Down, r.Content == baseline.Suspicious, r.Content == baseline.Defaced, r.Certificate == baseline.CertificateInvalid,
		r.accused():
		return exitError{code: 1}
	case r.Outcome != monitor.OK:
		return exitError{2, errors.New("could not look: " + r.Detail)}
	}
	return nil
}

// accused says whether something on a page without a baseline speaks for itself. What only describes the look weighs nothing.
func (r checkReport) accused() bool {
	return slices.ContainsFunc(r.Evidence, func(e checkEvidence) bool { return e.Concern == baseline.ConcernContent && e.Weight > 0 })
}

func (a *app) printCheck(r checkReport, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	_, err := io.WriteString(a.out, a.checkWords(r))
	return err
}

// checkWords puts a report into words. What a page says reaches the terminal without control characters: they could rewrite it.
func (a *app) checkWords(r checkReport) string {
	var b strings.Builder
	line := func(vietnamese, english, value string) {
		if value != "" {
			label := map[bool]string{true: english, false: vietnamese}[a.lang == targets.English]
			fmt.Fprintf(&b, "%-14s %s\n", label+":", targets.OneLine(value))
		}
	}
	word := func(c baseline.Concern, state string) string { return baseline.StateWord(c, state, a.lang) }
	line("Địa chỉ", "Address", r.URL)
	if r.FinalURL != r.URL {
		line("Chuyển đến", "Leads to", r.FinalURL)
	}
	line("Truy cập", "Availability", fmt.Sprintf("%s (HTTP %d, %d ms)", word(baseline.ConcernAvailability, string(r.Availability)), r.Status, r.Milliseconds))
	line("Chi tiết", "Detail", r.Detail)
	line("Nội dung", "Content", word(baseline.ConcernContent, string(r.Content)))
	line("Chứng thư số", "Certificate", word(baseline.ConcernCertificate, string(r.Certificate)))
	if p := r.Page; p != nil {
		line("Tiêu đề", "Title", p.Title)
		line("Đã thấy", "Saw", fmt.Sprintf(map[bool]string{true: "%d blocks of text, %d links (%d hidden), %d dialogs",
			false: "%d đoạn chữ, %d liên kết (%d ẩn), %d hộp thoại"}[a.lang == targets.English], p.Blocks, p.Links, p.HiddenLinks, len(p.Dialogs)))
		for _, role := range sortedRoles(p.Hosts) {
			line("  "+string(role), "  "+string(role), strings.Join(p.Hosts[role], " "))
		}
		line("Chưa tải hết", "Partial", p.Partial)
	}
	for _, e := range r.Evidence {
		fmt.Fprintf(&b, "• %s\n", targets.OneLine(e.Evidence.Sentence(a.lang)))
	}
	return b.String()
}

func sortedRoles(hosts map[monitor.Role][]string) []monitor.Role {
	roles := make([]monitor.Role, 0, len(hosts))
	for r := range hosts {
		roles = append(roles, r)
	}
	sort.Slice(roles, func(i, j int) bool { return roles[i] < roles[j] })
	return roles
}
