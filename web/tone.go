package web

import (
	"canhcong/baseline"
	"canhcong/notify"
	"canhcong/targets"
)

// tone is how loudly a state is shown: a colour, always together with a shape and a word.
type tone string

// The tones, loudest first.
const (
	alarm tone = "alarm" // red
	warn  tone = "warn"  // amber
	info  tone = "info"  // blue: something to know, nothing to do
	fine  tone = "fine"  // green
	mute  tone = "mute"  // grey: nothing is known
)

var tones = map[baseline.Concern]map[string]tone{
	baseline.ConcernAvailability: {"up": fine, "slow": warn, "down": alarm, "blocked": warn},
	baseline.ConcernContent:      {"normal": fine, "changed": info, "suspicious": warn, "defaced": alarm},
	baseline.ConcernCertificate:  {"valid": fine, "renew": info, "expiring": warn, "invalid": warn},
	baseline.ConcernQuality:      {"complete": fine, "degraded": info, "broken": warn},
}

func toneOf(c baseline.Concern, state string) tone {
	if t, ok := tones[c][state]; ok {
		return t
	}
	return mute
}

// stateWord names a state as short as a table needs it.
func stateWord(lang targets.Language, c baseline.Concern, state string) string {
	if state == "" {
		return say(lang, "state.none")
	}
	return say(lang, "state."+string(c)+"."+state)
}

// severityTone is the tone of an incident; one that is over is quiet.
func severityTone(i notify.Incident) tone {
	switch {
	case !i.Live():
		return mute
	case i.Severity == notify.Info:
		return info
	case i.Severity == notify.Critical || i.Concern == baseline.ConcernAvailability:
		return alarm
	default:
		return warn
	}
}

// concernWord says in a few words what an incident is about.
func concernWord(lang targets.Language, i notify.Incident) string {
	if i.Concern == baseline.ConcernContent && i.Severity == notify.Critical {
		return say(lang, "incident.content.critical")
	}
	return say(lang, "incident."+string(i.Concern))
}

func channelWord(lang targets.Language, name string) string {
	if name == notify.ConsoleChannel {
		return say(lang, "alert.console")
	}
	return visible(notify.WayText(name, lang))
}

var deliveryTones = map[notify.Delivery]tone{
	notify.Queued: warn, notify.Held: mute, notify.Failing: alarm, notify.Delivered: fine, notify.Spared: mute, notify.Undeliverable: warn, notify.Omitted: mute, notify.Rerouted: mute,
}

// deliveryTone is the tone of how far an alert has come.
func deliveryTone(d notify.Delivery) tone { return deliveryTones[d] }
