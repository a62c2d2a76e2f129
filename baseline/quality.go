package baseline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"canhcong/monitor"
)

// slowAfter is how long a whole probe may take before a site counts as slow.
const slowAfter = 8 * time.Second

// ExpirySteps are the days before the end of a certificate at which something new is to be told. From urgentFrom on it is
// called expiring, before that it ought to be renewed.
var ExpirySteps = []int{1, 3, 7, 14, 30}

const urgentFrom = 7

// expiryStep is the step that a certificate has reached with so much time left, 0 when none.
func expiryStep(left time.Duration) int {
	for _, days := range ExpirySteps {
		if left <= time.Duration(days)*24*time.Hour {
			return days
		}
	}
	return 0
}

// ExpiryStep is how near the end of its certificate a site is, in days: one of ExpirySteps; 0 when the certificate is far
// from its end, or something else is the matter with it.
func (v Verdict) ExpiryStep() int {
	c := v.Observation.Certificate
	if c == nil || v.Certificate != CertificateExpiring && v.Certificate != CertificateRenew {
		return 0
	}
	return expiryStep(c.NotAfter.Sub(v.Observation.At))
}

// coreLoss is the share of core resources that may fail before a page is not whole.
const coreLoss = 0.10

// load says how much of a page arrived, and so what may be concluded from it.
type load struct {
	quality Quality
	looks   bool   // its picture may be judged
	text    bool   // text and links that are missing may be judged
	added   bool   // text and links that are there may be judged
	cut     bool   // it was still loading when the look ended
	blank   bool   // there is nothing on it
	reason  string // why it is degraded, in English
	missing int    // core resources that failed
}

// loadOf applies the quality gate. Without a profile any first-party resource is core.
func loadOf(p Profile, o monitor.Observation) load {
	page := o.Page
	l := load{quality: Complete, looks: true, text: true, added: true, blank: page != nil && isEmpty(page)}
	switch {
	case page == nil:
		return load{quality: Degraded, reason: "no page"}
	case o.Outcome != monitor.OK:
		return load{quality: Degraded, reason: "not a regular answer: " + o.Detail}
	case isEmpty(page) && !emptied(p, page):
		return load{quality: Degraded, blank: true, reason: "the page is empty"}
	case page.Visual == nil:
		l.quality, l.looks, l.reason = Degraded, false, "no picture"
	}
	if page.Partial != "" && !p.Unsettled {
		l = load{quality: Degraded, added: true, cut: true, reason: "the page never settled: " + page.Partial}
	}
	missing, scripts, asked := coreMissing(p, o)
	if asked > 0 && float64(missing)/float64(asked) > coreLoss {
		l.quality, l.looks, l.missing = Degraded, false, missing
		l.text = l.text && scripts == 0
		l.reason = fmt.Sprintf("%d of %d core resources failed", missing, asked)
	}
	return l
}

// isEmpty tells a page with nothing on it: no text, no picture, no frame, no colour. A black one is somebody's doing.
func isEmpty(p *monitor.Page) bool {
	for _, b := range p.Blocks {
		if strings.TrimSpace(b.Text) != "" {
			return false
		}
	}
	return len(p.Images)+len(p.Dialogs)+len(p.Hosts[monitor.RoleFrame])+len(p.Hosts[monitor.RoleMedia]) == 0 &&
		(p.Visual == nil || p.Visual.Flat && p.Visual.Dark < 0.6)
}

// emptied tells an empty page that is meant: the server sent nothing, where there was a page. One that waits for scripts or
// resources may only be late.
func emptied(profile Profile, p *monitor.Page) bool {
	return profile.Text.Max > 0 && p.Partial == "" && len(p.Scripts)+len(p.Failed) == 0
}

// coreMissing counts the core resources that the page asked for and did not get. A page that asks for none of them (another
// page altogether) misses none.
func coreMissing(p Profile, o monitor.Observation) (missing, scripts, asked int) {
	own := ownHosts(o)
	core := func(r monitor.Resource) bool {
		if p.Samples > 0 {
			_, ok := slices.BinarySearch(p.Core, mark(linkKey(r.URL)))
			return ok
		}
		return own(hostOf(r.URL)) && r.Role != monitor.RoleFetch && !strings.HasPrefix(r.Reason, "HTTP 4")
	}
	arrived, failed := map[string]bool{}, map[string]bool{}
	for _, r := range o.Page.Loaded {
		arrived[linkKey(r.URL)] = true
	}
	for _, r := range o.Page.Failed {
		k := linkKey(r.URL)
		if !core(r) || arrived[k] || failed[k] {
			continue
		}
		failed[k] = true
		missing++
		if r.Role == monitor.RoleScript {
			scripts++
		}
	}
	asked = missing
	for _, r := range o.Page.Loaded {
		if k := linkKey(r.URL); core(r) && arrived[k] {
			arrived[k] = false // once each
			asked++
		}
	}
	return missing, scripts, asked
}

// judgeAvailability maps how a look ended to the availability of the site.
func judgeAvailability(o monitor.Observation) (Availability, []Evidence) {
	e := Evidence{Concern: ConcernAvailability, Weight: 1, Seen: o.Detail, Where: string(o.Cause), Count: o.Status}
	switch o.Outcome {
	case monitor.OK:
		if o.Timings != nil && o.Timings.Total > slowAfter {
			e.Signal, e.Seen = SignalSlow, o.Timings.Total.Round(100*time.Millisecond).String()
			return Slow, []Evidence{e}
		}
		return Up, nil
	case monitor.Down:
		e.Signal = SignalDown
		return IsDown, []Evidence{e}
	case monitor.Blocked:
		e.Signal = SignalBlocked
		return IsBlocked, []Evidence{e}
	case monitor.Policy:
		e.Signal, e.Weight = SignalDenied, 0
		return AvailabilityUnknown, []Evidence{e}
	default:
		return AvailabilityUnknown, nil
	}
}

// judgeCertificate reads the certificate of a look. A look that saw none where there should be one says nothing.
func judgeCertificate(o monitor.Observation) (CertificateState, []Evidence) {
	c := o.Certificate
	if c == nil {
		if o.Depth == monitor.Probe && o.Outcome == monitor.OK && strings.HasPrefix(o.Site.URL, "http://") {
			return CertificateNone, nil
		}
		return CertificateUnknown, nil
	}
	e := Evidence{Signal: SignalCertificate, Concern: ConcernCertificate, Weight: 1, Seen: c.NotAfter.UTC().Format(time.DateOnly), Expected: c.Issuer}
	left := c.NotAfter.Sub(o.At)
	if c.Problem != "" || left <= 0 {
		return CertificateInvalid, problems(e, *c)
	}
	step := expiryStep(left)
	e.Where, e.Count = "expiring", int((left+24*time.Hour-1)/(24*time.Hour))
	switch {
	case step == 0:
		return CertificateValid, nil
	case step > urgentFrom:
		e.Where = "renew"
		return CertificateRenew, []Evidence{e}
	}
	return CertificateExpiring, []Evidence{e}
}

// problems is the evidence of everything that is wrong with a certificate; one that nothing else was said about has ended
// since it was seen.
func problems(e Evidence, c monitor.Certificate) (list []Evidence) {
	if c.Problem == "" {
		c.Problem = monitor.CertificateExpired
	}
	for _, p := range append([]monitor.CertificateProblem{c.Problem}, c.Others...) {
		e.Where = string(p)
		list = append(list, e)
	}
	return list
}
