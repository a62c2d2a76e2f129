package baseline

import (
	"slices"

	"canhcong/monitor"
	"canhcong/targets"
)

// silent tells a concern that a verdict knows nothing about: such a state neither raises nor clears anything. That a
// baseline cannot be trusted any more is known, and shown as the state.
func (v Verdict) silent(c Concern) bool {
	switch c {
	case ConcernAvailability:
		return v.Availability == AvailabilityUnknown
	case ConcernContent:
		return v.Content == Unjudged && !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalTampered })
	case ConcernQuality:
		return v.State(c) == string(qualityUnknown)
	default:
		return v.Certificate == CertificateUnknown
	}
}

// worthKeeping tells whether a verdict says something that is not written down yet: every render does; a probe when a state
// changed, and as long as something is wrong, so that each look that agrees can be counted.
func worthKeeping(v Verdict, was map[Concern]known) bool {
	if v.Observation.Depth == monitor.Render || len(was) == 0 {
		return true
	}
	switch v.Availability {
	case IsDown, IsBlocked, Slow:
		return true
	}
	switch v.Content {
	case Suspicious, Defaced: // of a probe: it was led where nobody should be
		return true
	}
	switch v.Certificate {
	case CertificateInvalid, CertificateExpiring, CertificateRenew:
		return true
	}
	for _, c := range []Concern{ConcernAvailability, ConcernCertificate} {
		if !v.silent(c) && was[c].state != v.State(c) {
			return true
		}
	}
	return false
}

// with is the state of a site with one more concern known.
func (s SiteState) with(siteID int64, c Concern, k known) SiteState {
	s.SiteID = siteID
	if s.VerdictIDs == nil {
		s.VerdictIDs = map[Concern]int64{}
	}
	s.VerdictIDs[c] = k.verdictID
	if at := targets.FromMillis(k.lookedAt); at.After(s.LookedAt) {
		s.LookedAt = at
	}
	since := targets.FromMillis(k.since)
	switch c {
	case ConcernAvailability:
		s.Availability, s.AvailabilitySince = Availability(k.state), since
	case ConcernContent:
		s.Content, s.ContentSince = Content(k.state), since
	case ConcernQuality:
		s.Quality, s.QualitySince = Quality(k.state), since
	case ConcernCertificate:
		s.Certificate, s.CertificateSince = CertificateState(k.state), since
	}
	return s
}
