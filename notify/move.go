package notify

import (
	"fmt"
	"time"

	"canhcong/baseline"
)

// move is one incident before and after something happened to it.
type move struct {
	before, after Incident
	reason        Reason
	actor         string
	detail        string // for the timeline: a person's words, or the state that the look found

	bonds     []Bond        // that the look shows with others
	bondSites map[Bond]int  // how many sites have each
	wait      time.Duration // that its alerts are held, for others that may be the same
	absorbed  bool          // its group tells of it
	news      []fact        // of its group
}

// leaves says whether an alert of the move is left to the group of the incident.
func (m move) leaves(k Kind) bool {
	return m.absorbed && (k == KindOpened || k == KindClosed || k == KindAcknowledged)
}

// tells lists the alerts that follow from the move. A picture belongs to content only: an outage has none.
func (m move) tells() []Kind {
	var kinds []Kind
	switch m.reason {
	case ReasonOpened, ReasonUnseen, ReasonRaised, ReasonRecurred, ReasonStillThere, ReasonPractised:
		kinds = []Kind{KindOpened}
	case ReasonWorsened:
		kinds = []Kind{KindWorsened}
	case ReasonConfirmed:
		return []Kind{KindConfirmed}
	case ReasonAcknowledged:
		return []Kind{KindAcknowledged}
	case ReasonSnoozed:
		if m.before.State == Open { // whoever asks for quiet is on it
			return []Kind{KindAcknowledged}
		}
		return nil
	case ReasonRecovered:
		if m.after.Severity == Info { // nothing was wrong
			return nil
		}
		return []Kind{KindClosed}
	case ReasonVerified, ReasonAsked:
		return []Kind{KindVerified}
	case ReasonFlapping:
		if !m.before.Told() {
			return []Kind{KindOpened}
		}
		return []Kind{KindFlapping}
	case ReasonDigest:
		return []Kind{KindDigest}
	case ReasonSteady:
		return []Kind{KindWorsened}
	case ReasonWoken:
		return []Kind{KindWoken}
	case ReasonUnfixed:
		return []Kind{KindUnfixed}
	case ReasonExcused, ReasonRefuted, ReasonRetired, ReasonPracticeOver:
		if m.before.Told() {
			return []Kind{KindClosed}
		}
		return nil
	default:
		return nil
	}
	if m.after.Concern == baseline.ConcernContent {
		kinds = append(kinds, KindPicture)
	}
	return kinds
}

// degree tells alerts of one kind apart: what can happen to an incident more than once.
func (m move) degree() string {
	if m.after.Recurrences > 0 {
		return m.sort() + fmt.Sprintf(":r%d", m.after.Recurrences)
	}
	return m.sort()
}

func (m move) sort() string {
	switch m.reason {
	case ReasonWorsened:
		return m.after.degree()
	case ReasonFlapping, ReasonDigest, ReasonSteady:
		if !m.before.Told() {
			return ""
		}
		return fmt.Sprintf(":%d", m.after.DigestAt.Unix())
	case ReasonVerified, ReasonAsked:
		return fmt.Sprintf(":%s:%s", m.after.Finding, m.after.Asked)
	case ReasonUnfixed:
		return fmt.Sprintf(":%d", m.after.LastLookID)
	case ReasonWoken:
		return fmt.Sprintf(":%d", m.before.HushedUntil.Unix())
	default:
		return ""
	}
}
