package notify

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"canhcong/targets"
)

// longestPlan is how long outages may be announced for in a conversation, which a stolen telephone can hold as well; for longer, and
// for changes of looks, there is the console.
const longestPlan = time.Hour

// plan is maintenance that somebody announces in a line: which portal, for how long from now on, and why.
type plan struct {
	address string
	lasts   time.Duration
	reason  string
}

var planPattern = regexp.MustCompile(`(?i)^(\S+)\s+(\d{1,4})\s*(giờ|gio|g|h|phút|phut|ph|p|min|m)\s+(\S.*)$`)

// parsePlan reads "phuongvidu.tinhmau.gov.vn 45p thay máy chủ".
func parsePlan(text string) (p plan, ok bool) {
	m := planPattern.FindStringSubmatch(text)
	if m == nil {
		return plan{}, false
	}
	n, err := strconv.Atoi(m[2])
	unit := time.Minute
	if strings.ContainsAny(strings.ToLower(m[3][:1]), "gh") {
		unit = time.Hour
	}
	return plan{address: m[1], lasts: time.Duration(n) * unit, reason: m[4]}, err == nil && n > 0
}

// announceFor declares the maintenance that somebody announces: of any portal for whoever may act, of their own for a webmaster.
func (d *Desk) announceFor(ctx context.Context, who speaker, text string, at time.Time) (Answer, error) {
	p, ok := parsePlan(text)
	if !ok {
		return Answer{Title: who.say(wordPlan), Body: who.lines(who.say(wordPlanHow), who.page(d.consoleURL, "/events"))}, nil
	}
	if p.lasts > longestPlan {
		return Answer{Title: who.say(wordPlanLong), Body: who.page(d.consoleURL, "/events")}, nil
	}
	site, ok, err := d.registry.FindSite(ctx, p.address)
	var wrong *targets.AddressError
	if err != nil && !errors.As(err, &wrong) {
		return Answer{}, err
	}
	if !ok || who.rights != mayAct && who.UnitID != site.Unit.ID {
		return Answer{Title: fmt.Sprintf(who.say(wordNoSuchPortal), foreign(p.address, ""))}, nil
	}
	return d.declarePlan(ctx, who, site, p, at)
}

// declarePlan declares it, once however often it is heard.
func (d *Desk) declarePlan(ctx context.Context, who speaker, site targets.Site, p plan, at time.Time) (Answer, error) {
	s := Silence{Kind: targets.Maintenance, SiteID: site.ID, From: at, Until: at.Add(p.lasts), Reason: p.reason, By: who.Login}
	known, err := d.registry.AppearanceEvents(ctx, at)
	if err != nil {
		return Answer{}, err
	}
	said := slices.ContainsFunc(known, func(e targets.AppearanceEvent) bool {
		return e.SiteID == s.SiteID && e.Kind == s.Kind && e.DeclaredBy == s.By && e.From.Equal(s.From)
	})
	if !said {
		var wrong *targets.EventError
		if err := d.Silence(ctx, s); errors.As(err, &wrong) {
			return Answer{Title: wrong.Text(who.lang)}, nil
		} else if err != nil {
			return Answer{}, err
		}
		if err := d.audit(ctx, who.Login, "event.declare", fmt.Sprintf("site/%d", site.ID), fmt.Sprintf("%s · %s · %s", s.Kind, p.lasts, targets.OneLine(p.reason))); err != nil {
			return Answer{}, err
		}
	}
	return Answer{Title: fmt.Sprintf(who.say(wordPlanned), words{speech: who.speech, i: Incident{Site: site}}.who(), who.moment(s.Until, at)), Body: who.say(wordPlanLimits)}, nil
}
