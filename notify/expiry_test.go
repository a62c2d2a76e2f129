package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// daysLeft is the verdict on a certificate that ends so many days after a look.
func daysLeft(days float64, look int64, now time.Time) baseline.Verdict {
	o := monitor.Observation{ID: look, Site: commune, Depth: monitor.Probe, At: now, Outcome: monitor.OK,
		Certificate: &monitor.Certificate{NotAfter: now.Add(time.Duration(days * 24 * float64(time.Hour)))}}
	v := baseline.Absolute(o)
	v.ID = look
	return v
}

// Every step on the way to the end of a certificate is told once, however many probes see it.
func TestEveryStepOfAnExpiringCertificateIsToldOnce(t *testing.T) {
	var (
		i    = Incident{Site: commune, Concern: certificate}
		now  = at(2, 0)
		look int64
		told []string
	)
	for days := 40.0; days > -0.6; days -= 0.25 {
		for range 3 {
			look++
			now = now.Add(commune.Profile.ProbeEvery)
			v := daysLeft(days, look, now)
			before := i
			after, reason := i.Next(v, now)
			i = after
			for _, kind := range (move{before: before, after: after, reason: reason}).tells() {
				told = append(told, fmt.Sprintf("%s%s at %g", kind, i.degree(), days))
			}
		}
	}
	want := "opened:info:30 at 30, worsened:info:14 at 14, worsened:warning:7 at 7, worsened:warning:3 at 3, worsened:warning:1 at 1, worsened:major at 0"
	if have := strings.Join(told, ", "); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}

func TestARenewedCertificateIsNewsOnlyAfterAWarning(t *testing.T) {
	for days, want := range map[float64]int{20: 0, 5: 1} {
		i, now, closed := Incident{Site: commune, Concern: certificate}, at(2, 0), 0
		for n, left := range []float64{days, days, 300, 300} {
			now = now.Add(commune.Profile.ProbeEvery)
			before := i
			after, reason := i.Next(daysLeft(left, int64(n+1), now), now)
			i = after
			for _, kind := range (move{before: before, after: after, reason: reason}).tells() {
				if kind == KindClosed {
					closed++
				}
			}
		}
		if i.State != Closed || closed != want {
			t.Errorf("%g days before the end: have %s and %d messages that it is over, want %d", days, i.State, closed, want)
		}
	}
}

func TestWordsOfAStepNearerToTheEnd(t *testing.T) {
	d := &Desk{}
	i := Incident{Site: commune, Concern: certificate, State: Open, Severity: Warning, Step: 3, SuspectedAt: at(2, 7), BadLooks: 4}
	v := daysLeft(2.5, 9, at(2, 9))
	for lang, want := range map[targets.Language]string{
		targets.Vietnamese: "🟡 CẢNH BÁO: Chứng thư số sắp hết hạn – còn 3 ngày",
		targets.English:    "🟡 WARNING: Certificate about to expire – 3 days left",
	} {
		if have := d.Words(i, v, KindWorsened, lang).Title; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
	}
	i.Severity, i.Step = Major, 0
	v = baseline.Absolute(monitor.Observation{Site: commune, Depth: monitor.Probe, At: at(2, 9), Outcome: monitor.OK, Certificate: &monitor.Certificate{
		NotAfter: at(6, 59), Problem: monitor.CertificateEarly, Others: []monitor.CertificateProblem{monitor.CertificateNameMismatch, monitor.CertificateIncomplete}}})
	if body := d.Words(i, v, KindOpened, targets.Vietnamese).Body; !strings.Contains(body, "Chứng thư số: chưa đến ngày có hiệu lực; không đúng tên miền; máy chủ gửi thiếu chứng thư trung gian") {
		t.Errorf("have %q, want everything that is wrong", body)
	}
	if n := len(v.EvidenceOf(certificate)); n != 3 {
		t.Errorf("have %d pieces of evidence, want one for each problem", n)
	}
}
