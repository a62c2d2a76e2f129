package baseline

import (
	"slices"
	"strings"
	"time"

	"canhcong/monitor"
)

// mostDegraded is how many looks in a row, at their ordinary pace, may miss something before that is how the site is: one that
// fails to load now and then is a bad line, one that always does is seen by every visitor (detection.md section 6.2).
const mostDegraded = 6

// tooLong tells a state that as many looks found, over as much time, as it takes to be believed: a page that keeps changing
// is looked at much more often than its pace.
func (k known) tooLong(pace time.Duration) bool {
	return k.looks > mostDegraded && time.Duration(k.lookedAt-k.since)*time.Millisecond >= mostDegraded*pace*9/10
}

// qualityState is the state of the quality concern. Only looks that the site itself answered, or that we were refused, say anything. While it is learnt,
// what it always misses may be how it is meant; and an attacker's page that arrives whole is not the page.
func (v Verdict) qualityState() string {
	o := v.Observation
	refused := o.Outcome == monitor.Blocked || o.Outcome == monitor.Policy
	answered := o.Depth == monitor.Render && (o.Outcome == monitor.OK || refused)
	learning := v.BaselineID == 0 && !refused && !has(v.Evidence, SignalBlank)
	another := v.Content == Suspicious || v.Content == Defaced
	if !answered || v.Quality != Complete && learning || v.Quality == Complete && another {
		return string(qualityUnknown)
	}
	return string(v.Quality)
}

// lasting is the verdict once it is known in what state the page was left: a page that was incomplete too often in a row is
// broken, and the verdict says so.
func (v Verdict) lasting(was known) Verdict {
	now := was.row(v, ConcernQuality)
	if now.state != string(Degraded) || !now.tooLong(v.Observation.Site.Profile.RenderEvery) {
		return v
	}
	v.Quality = Broken
	e := Evidence{Signal: SignalLasting, Concern: ConcernQuality, Weight: 1, Where: v.lacks(), Count: now.looks}
	v.Evidence = append(slices.Clip(v.Evidence), e)
	return v
}

// lacks names what it is that does not arrive.
func (v Verdict) lacks() string {
	missing := func(e Evidence) bool { return e.Signal == SignalDegraded && e.Count > 0 }
	switch {
	case v.Availability == IsBlocked:
		return "refused"
	case v.Observation.Outcome == monitor.Policy:
		return "denied"
	case v.Observation.Page != nil && strings.Contains(v.Observation.Page.Partial, monitor.PartialHeavy):
		return "heavy"
	case has(v.Evidence, SignalBlank):
		return "blank"
	case slices.ContainsFunc(v.Evidence, missing):
		return "resources"
	default:
		return "unsettled"
	}
}

// row is the state of a concern after one more look.
func (k known) row(v Verdict, c Concern) known {
	next := known{state: v.State(c), since: v.At.UnixMilli(), looks: 1, verdictID: v.ID, lookedAt: v.At.UnixMilli()}
	if k.state == next.state || k.state == string(Degraded) && next.state == string(Broken) || k.state == string(Broken) && next.state == string(Degraded) {
		next.since, next.looks = k.since, k.looks+1
	}
	return next
}

var lastingSentences = map[string]sentence{
	"resources": {"Trang mất CSS/ảnh: các tệp giao diện không tải được trong {count} lần nhìn liên tiếp.", "The page has lost its styles or pictures: they failed to load in {count} looks in a row."},
	"blank":     {"Trang trắng kéo dài: {count} lần nhìn liên tiếp không có chữ, không có hình.", "The page stays blank: no text and no picture in {count} looks in a row."},
	"heavy":     {"Trang quá nặng: chiếm hết bộ nhớ dành cho một trang trong {count} lần nhìn liên tiếp, nên không đánh giá được nội dung.", "The page is too heavy: it took more memory than a page may have in {count} looks in a row, so that its content is not judged."},
	"refused":   {"Trang từ chối hệ thống giám sát trong {count} lần nhìn liên tiếp: không canh được nội dung.", "The site refused the monitor in {count} looks in a row: its content is not watched."},
	"denied":    {"Chính sách của hệ thống giám sát chặn địa chỉ của trang trong {count} lần nhìn liên tiếp: không canh được cổng này.", "The monitor's own policy forbids the page's address, in {count} looks in a row: this portal is not watched."},
	"unsettled": {"Trang không tải xong trong {count} lần nhìn liên tiếp: không đánh giá được giao diện.", "The page never finished loading in {count} looks in a row: its looks are not judged."},
}
