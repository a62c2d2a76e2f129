package notify

import (
	"testing"
	"time"

	"canhcong/baseline"
)

// TestPicturesOfAPaper has the annex show what mattered, each incident once, in order, and no more than it may.
func TestPicturesOfAPaper(t *testing.T) {
	begin := time.Date(2027, 2, 6, 2, 7, 0, 0, time.UTC)
	one := func(id int64, c baseline.Concern, s Severity, f Finding) Episode {
		return Episode{Incident: Incident{ID: id, Concern: c, Severity: s}, OpenedAt: begin.Add(time.Duration(id) * time.Hour), Finding: f}
	}
	few := []Episode{one(1, baseline.ConcernContent, Major, ""), one(2, baseline.ConcernAvailability, Critical, FoundReal), one(3, baseline.ConcernContent, Critical, FoundFalse),
		one(4, baseline.ConcernContent, Critical, FoundLegitimate), one(5, baseline.ConcernContent, Critical, FoundReal), one(5, baseline.ConcernContent, Critical, "")}
	var many []Episode
	for n := range 20 {
		severity := Warning
		if n >= 10 {
			severity = Critical
		}
		many = append(many, one(int64(n+1), baseline.ConcernContent, severity, ""))
	}
	for _, c := range []struct {
		name string
		all  []Episode
		want []int64
		left int
	}{
		{"none", nil, nil, 0},
		{"few", few, []int64{1, 5}, 0},
		{"many", many, []int64{1, 2, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, 8},
	} {
		shown, left := pictured(c.all)
		if len(shown) != len(c.want) || left != c.left {
			t.Fatalf("%s: have %d pictures and %d left, want %v and %d", c.name, len(shown), left, c.want, c.left)
		}
		for n, e := range shown {
			if e.Incident.ID != c.want[n] {
				t.Errorf("%s: picture %d is of incident %d, want %d", c.name, n+1, e.Incident.ID, c.want[n])
			}
		}
	}
}
