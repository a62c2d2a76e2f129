package notify

import (
	"slices"

	"canhcong/baseline"
	"canhcong/monitor"
)

// reading is what a look says about one concern of an incident.
type reading int

const (
	silent reading = iota
	clean
	bad
)

func read(i Incident, v baseline.Verdict) reading {
	switch {
	case severityOf(i.Concern, v) != "":
		return bad
	case i.RaisedBy != "" && i.Concern == baseline.ConcernContent && v.Content == baseline.Changed:
		return silent
	case cleanStates[v.State(i.Concern)]:
		return clean
	default:
		return silent
	}
}

// cleanStates are the states, of any concern, that clear it. States not listed here are bad or say nothing.
var cleanStates = map[string]bool{
	string(baseline.Up):               true,
	string(baseline.Slow):             true,
	string(baseline.Normal):           true,
	string(baseline.Changed):          true,
	string(baseline.CertificateValid): true,
	string(baseline.CertificateNone):  true,
	string(baseline.Complete):         true,
}

// severities of the states that are bad.
var severities = map[string]Severity{
	string(baseline.Defaced):             Critical,
	string(baseline.Suspicious):          Major,
	string(baseline.IsDown):              Major,
	string(baseline.CertificateInvalid):  Major,
	string(baseline.CertificateExpiring): Warning,
	string(baseline.CertificateRenew):    Info,
	string(baseline.Broken):              Warning, // nobody has to get up for it, and visitors see it every day
}

func severityOf(c baseline.Concern, v baseline.Verdict) Severity {
	if c == baseline.ConcernContent && blind(v) {
		return Major
	}
	if c == baseline.ConcernCertificate && v.Certificate == baseline.CertificateInvalid && merelyIncomplete(v.Observation.Certificate) {
		return Warning
	}
	return severities[v.State(c)]
}

// merelyIncomplete says whether all that is wrong with a certificate is that the server leaves out an intermediate, which
// browsers fetch by themselves: to be mended in office hours.
func merelyIncomplete(c *monitor.Certificate) bool {
	return c != nil && c.Problem == monitor.CertificateIncomplete && len(c.Others) == 0
}

// blind says whether nothing can be judged because the baseline is damaged: an attack would not be seen.
func blind(v baseline.Verdict) bool {
	return v.Content == baseline.Unjudged && slices.ContainsFunc(v.Evidence, func(e baseline.Evidence) bool { return e.Signal == baseline.SignalTampered })
}

func rank(s Severity) int {
	switch s {
	case Critical:
		return 4
	case Major:
		return 3
	case Warning:
		return 2
	case Info:
		return 1
	default:
		return 0
	}
}
