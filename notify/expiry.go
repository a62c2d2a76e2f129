package notify

import (
	"fmt"

	"canhcong/baseline"
)

// stepOf is how near the end of its certificate a site is, for the concern that it is about: 0 for all others.
func (i Incident) stepOf(v baseline.Verdict) int {
	if i.Concern != baseline.ConcernCertificate {
		return 0
	}
	return v.ExpiryStep()
}

// nearer says whether the end of a certificate has come a step nearer than was told, while nothing worse was.
func (i Incident) nearer(v baseline.Verdict) bool {
	step := i.stepOf(v)
	return step != 0 && rank(severityOf(i.Concern, v)) == rank(i.Severity) && (i.Step == 0 || step < i.Step)
}

// degree tells facts of one kind apart: an incident can worsen more than once, and a certificate comes nearer to its end by
// several steps of one severity.
func (i Incident) degree() string {
	if i.Step == 0 {
		return ":" + string(i.Severity)
	}
	return fmt.Sprintf(":%s:%d", i.Severity, i.Step)
}
