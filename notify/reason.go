package notify

// Reason names why an incident moved, or did not. It is also the kind of the event in the incident's timeline.
type Reason string

// The reasons a look gives.
const (
	ReasonQuiet       Reason = "quiet"       // nothing is wrong and nothing was
	ReasonSilent      Reason = "silent"      // the look says nothing about the concern: neither raises nor clears
	ReasonRepeated    Reason = "repeated"    // the same look was handed over again
	ReasonSuspected   Reason = "suspected"   // the first bad look
	ReasonAgreed      Reason = "agreed"      // another bad look, not yet enough to be believed
	ReasonEarly       Reason = "early"       // another bad look, too soon after the one before to prove anything
	ReasonAwaiting    Reason = "awaiting"    // another bad look, where only a browser may still be the one to be believed
	ReasonWavering    Reason = "wavering"    // a look that saw something else, or nothing; one more decides
	ReasonUnstable    Reason = "unstable"    // the looks did not agree: the page differs from look to look
	ReasonInterrupted Reason = "interrupted" // our own network was away: what was seen before proves nothing
	ReasonDropped     Reason = "dropped"     // a clean look before the suspicion was believed
	ReasonExpired     Reason = "expired"     // no look agreed for so long that the next one begins anew
	ReasonOpened      Reason = "opened"      // enough looks agree
	ReasonUnseen      Reason = "unseen"      // opened although no later look could see the page whole
	ReasonConfirmed   Reason = "confirmed"   // the looks after the alert agree
	ReasonPersists    Reason = "persists"    // still bad
	ReasonWorsened    Reason = "worsened"    // worse than what people were told
	ReasonRecovering  Reason = "recovering"  // one clean look
	ReasonFlapping    Reason = "flapping"    // it comes and goes: one message for all of it
	ReasonDigest      Reason = "digest"      // another hour of that
	ReasonSteady      Reason = "steady"      // it has gone for good, after it came and went
	ReasonHealing     Reason = "healing"     // enough clean looks, but not yet in every view
	ReasonRelapsed    Reason = "relapsed"    // bad again after a clean look, before it was closed
	ReasonRecovered   Reason = "recovered"   // enough clean looks in a row
	ReasonEscalated   Reason = "escalated"   // nobody has taken it on in time: others were told
)

// ReasonGrouped is the event of an incident that turned out to be one of many.
const ReasonGrouped Reason = "grouped"

// The reasons a person gives.
const (
	ReasonRaised       Reason = "raised"       // a person said "not us": opened without waiting for more looks
	ReasonNoted        Reason = "noted"        // the same, of an incident that is open already
	ReasonAcknowledged Reason = "acknowledged" // somebody is on it
	ReasonExcused      Reason = "excused"      // the change was approved
	ReasonRetired      Reason = "retired"      // the site is not watched any more
	ReasonVerified     Reason = "verified"     // a person found that it is real
	ReasonAsked        Reason = "asked"        // one person would excuse it; a second one has to agree
	ReasonRefuted      Reason = "refuted"      // a person found that it is a false alarm
	ReasonAssigned     Reason = "assigned"     // somebody was named to deal with it
	ReasonFixed        Reason = "fixed"        // a person says that it is mended
	ReasonUnfixed      Reason = "unfixed"      // a look after that sees that it is not
	ReasonForgotten    Reason = "forgotten"    // what a person excused is not there any more
	ReasonTicked       Reason = "ticked"       // a step of the checklist was done
	ReasonUnticked     Reason = "unticked"     // it is to be done still
	ReasonSnoozed      Reason = "snoozed"      // a person asked not to be told more of it for a while
	ReasonWoken        Reason = "woken"        // that while is over, and it goes on
	ReasonAnnounced    Reason = "announced"    // it was announced for this time: nobody is told
	ReasonSpared       Reason = "spared"       // people were told of the site often enough today: only if it lasts
	ReasonStillThere   Reason = "stillthere"   // the time is over for which it was announced, and it goes on
	ReasonPractised    Reason = "practised"    // a drill begins
	ReasonPracticeOver Reason = "practiceover" // a drill ends
	ReasonRecurred     Reason = "recurred"     // an incident that was over is there again
	ReasonMerged       Reason = "merged"       // what was suspected is an incident that was over
	ReasonCounted      Reason = "counted"      // a person said from when the time for its reports is counted
	ReasonNeedless     Reason = "needless"     // a person said that nothing of it has to be reported
	ReasonReported     Reason = "reported"     // a report of it was sent, by people
	ReasonOutdated     Reason = "outdated"     // a look was approved that is older than what the incident has seen since
)

// moves says whether anything has to be written down.
func (r Reason) moves() bool {
	return r != ReasonQuiet && r != ReasonSilent && r != ReasonRepeated
}

// notable says whether it belongs into the timeline: an outage of a day is not a thousand events.
func (r Reason) notable() bool {
	return r.moves() && r != ReasonPersists && r != ReasonEarly && r != ReasonAwaiting && r != ReasonHealing
}
