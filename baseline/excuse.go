package baseline

import (
	"slices"
	"strconv"

	"canhcong/targets"
)

// Excuse says that a person had declared what a piece of evidence shows: it is told, and weighs nothing.
type Excuse struct {
	Event  int64              `json:"event"` // ID of the appearance event
	Kind   targets.Appearance `json:"kind"`
	Weight float64            `json:"weight,omitempty"` // what it would have weighed
}

// explains lists what each kind of appearance event may change. No kind explains anything that speaks for itself, a new
// origin of code, another language, or a page that is not the unit's any more.
var explains = map[targets.Appearance][]Signal{
	targets.Mourning: {SignalColour, SignalVisual, SignalDark, SignalAppearance},
	targets.Festive:  {SignalColour, SignalVisual, SignalDark, SignalAppearance, SignalRegion, SignalTextAdded},
	targets.Banner:   {SignalVisual, SignalAppearance, SignalRegion, SignalTextAdded},
	targets.Merger:   {SignalTitle, SignalVisual, SignalAppearance, SignalTextAdded, SignalTextRemoved},
	targets.Redesign: {SignalColour, SignalScale, SignalVisual, SignalDark, SignalAppearance, SignalRegion, SignalStructure, SignalLinks, SignalRetention,
		SignalTextAdded, SignalTextRemoved},
}

// excuse takes the weight from evidence that a declared event explains. Nothing is excused on a look that also shows what no
// event explains: an attack that hides behind a holiday is judged in full.
func (c *comparison) excuse(found []Evidence, declared []targets.AppearanceEvent) []Evidence {
	if len(declared) == 0 || slices.ContainsFunc(found, inexcusable) {
		return found
	}
	for i, e := range found {
		for _, event := range declared {
			if event.Covers(c.after.Site, c.after.At) && slices.Contains(explains[event.Kind], e.Signal) && c.stillItself(event.Kind) {
				found[i].Weight, found[i].Excuse = 0, &Excuse{Event: event.ID, Kind: event.Kind, Weight: e.Weight}
				break
			}
		}
	}
	return found
}

// inexcusable tells evidence in whose company nothing is excused.
func inexcusable(e Evidence) bool {
	switch e.Signal {
	case SignalScriptOrigin, SignalFrameOrigin, SignalFormOrigin:
		return e.Weight >= originPoints
	case SignalStandIn, SignalBlank:
		return true
	}
	return absolute(e.Signal) && e.Weight > 0
}

// stillItself tells a page that is recognisably the approved one under what an event may have put over it: for a new design,
// one that has as much to say, in Vietnamese, and says whose it is; for anything else, one whose texts stand. Mourning takes
// colour away, though often from the header only.
func (c *comparison) stillItself(kind targets.Appearance) bool {
	switch kind {
	case targets.Redesign:
		was := c.was()
		return !c.titleLost() && c.is.text >= min(shortPage, was.text/2) && c.is.internal >= min(5, was.internal/2) && len(c.viness()) == 0
	case targets.Mourning:
		if was, is := c.anchor.Visual, c.page.Visual; was == nil || is == nil || is.Colour > 0.8*was.Colour {
			return false
		}
	}
	return c.kept.text >= 0.4 && c.kept.links >= 0.1
}

// excused adds to a sentence which event explains the evidence.
func (e Evidence) excused(text string, lang targets.Language) string {
	if e.Excuse == nil {
		return text
	}
	number, kind := strconv.FormatInt(e.Excuse.Event, 10), e.Excuse.Kind.Text(lang)
	return text + pick(lang, " Đã khai báo trước: "+kind+" (sự kiện giao diện số "+number+"), không tính là bất thường.",
		" Declared beforehand: "+kind+" (appearance event no. "+number+"), not counted.")
}
