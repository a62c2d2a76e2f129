package web

import "canhcong/notify"

// action is something a person may or may not do.
type action string

// The actions. The zero action is allowed to nobody.
const (
	open        action = "open"        // needs no login
	self        action = "self"        // about oneself
	see         action = "see"         // pages, and the object a page is about
	lookAgain   action = "look again"  // ask for a look now
	answerFor   action = "answer"      // answer whether a change was the unit's own
	approve     action = "approve"     // make what was shown the baseline
	declare     action = "declare"     // declare and end appearance events
	revise      action = "revise"      // go back to an earlier baseline, or have a new one learnt
	oversee     action = "oversee"     // what concerns every unit
	acknowledge action = "acknowledge" // take on an incident
	attend      action = "attend"      // check in to a shift and hand it over
	exchange    action = "exchange"    // give a shift to somebody else
	administer  action = "administer"  // sites, people, periods, the audit log
)

// object is what an action is done to, as far as permission depends on it.
type object struct {
	unitID int64 // the unit it belongs to; 0 when it belongs to none
	light  light // of the change to approve; the zero light is the most dangerous one
	all    bool  // it is every unit's at once
	own    bool  // it is the person's own
}

// can is the only place that says who may do what. Whatever is not allowed here is refused.
func can(p notify.Person, a action, o object) bool {
	switch a {
	case open:
		return true
	case self:
		return p.ID != 0
	case see:
		return reaches(p, o)
	case lookAgain, answerFor, declare:
		return p.Role != notify.Leader && reaches(p, o)
	case approve:
		return p.Role == notify.Admin || p.Role == notify.Webmaster && reaches(p, o) && o.light == green
	case revise:
		return p.Role == notify.Admin || p.Role == notify.Webmaster && reaches(p, o)
	case acknowledge:
		return p.Role == notify.Admin || p.Role == notify.Duty
	case oversee:
		return p.Role == notify.Admin || p.Role == notify.Duty || p.Role == notify.Leader
	case attend:
		return p.ID != 0 && o.own
	case exchange:
		return p.Role == notify.Admin || p.ID != 0 && o.own
	case administer:
		return p.Role == notify.Admin
	default:
		return false
	}
}

// reaches says whether an object lies in a person's view: a webmaster's ends at their unit.
func reaches(p notify.Person, o object) bool {
	switch p.Role {
	case notify.Admin, notify.Duty, notify.Leader:
		return true
	case notify.Webmaster:
		return !o.all && (o.unitID == 0 || o.unitID == p.UnitID)
	default:
		return false
	}
}
