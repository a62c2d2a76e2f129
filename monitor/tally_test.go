package monitor

import (
	"testing"
	"time"

	"canhcong/targets"
)

func TestTalliesCountWhatWasSeen(t *testing.T) {
	begin := time.Date(2027, 1, 4, 7, 58, 0, 0, time.UTC)
	site := targets.Site{ID: 1, Profile: targets.Profile{ProbeEvery: time.Minute}}
	type step struct {
		after   time.Duration
		outcome Outcome
	}
	for name, test := range map[string]struct {
		steps []step
		want  tally
	}{
		"across an hour":               {[]step{{0, OK}, {time.Minute, OK}, {3 * time.Minute, OK}}, tally{up: 3 * time.Minute}},
		"down until it is up":          {[]step{{0, OK}, {time.Minute, Down}, {80 * time.Second, Down}, {3 * time.Minute, OK}}, tally{up: time.Minute, down: 2 * time.Minute}},
		"two intervals at most":        {[]step{{0, Down}, {time.Hour, OK}}, tally{down: 2 * time.Minute}},
		"blind is no data":             {[]step{{0, OK}, {time.Minute, Blind}, {2 * time.Minute, OK}, {3 * time.Minute, OK}}, tally{up: time.Minute}},
		"our own fault is no data":     {[]step{{0, Down}, {time.Minute, Fault}, {2 * time.Minute, Down}}, tally{}},
		"refused is told apart":        {[]step{{0, Blocked}, {time.Minute, OK}}, tally{blocked: time.Minute}},
		"a clock that was set back":    {[]step{{0, OK}, {-time.Hour, OK}, {-time.Hour + time.Minute, OK}}, tally{up: time.Minute}},
		"a clock that was set forward": {[]step{{0, OK}, {24 * time.Hour, OK}}, tally{up: 2 * time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			var l ledger
			for _, s := range test.steps {
				l.count(Observation{Site: site, Depth: Probe, At: begin.Add(s.after), Outcome: s.outcome})
			}
			var have tally
			for _, one := range l.tally {
				have = have.and(one)
			}
			if have.up != test.want.up || have.down != test.want.down || have.blocked != test.want.blocked || have.probes != len(test.steps) {
				t.Errorf("have %+v, want %+v and %d probes", have, test.want, len(test.steps))
			}
		})
	}
}

func TestAvailabilityLeavesOutWhatNobodySaw(t *testing.T) {
	a, site, _ := newArchive(t)
	now := time.Now().Truncate(time.Hour).Add(30 * time.Minute)
	from := now.Add(-6 * time.Hour).Truncate(time.Hour)
	if _, err := a.db.Write.Exec(`UPDATE sites SET added_at = ?`, targets.Millis(from.Add(-time.Hour))); err != nil {
		t.Fatal(err)
	}
	var l ledger
	for at := from; !at.After(now); at = at.Add(time.Minute) {
		o := Observation{Site: site, Depth: Probe, At: at, Outcome: OK, Took: 300 * time.Millisecond}
		switch since := at.Sub(from); {
		case since >= 2*time.Hour && since < 2*time.Hour+3*time.Minute:
			o.Outcome = Down
		case since >= 4*time.Hour && since < 4*time.Hour+10*time.Minute:
			o.Outcome = Blind
		case since >= 5*time.Hour && since < 5*time.Hour+20*time.Minute:
			continue // the monitor was not running
		}
		l.count(o)
	}
	looks, tally := l.take()
	if err := a.writeDown(t.Context(), looks, tally); err != nil {
		t.Fatal(err)
	}
	gap := Gap{From: from.Add(4 * time.Hour), To: from.Add(4*time.Hour + 10*time.Minute)}
	if err := a.saveGap(t.Context(), &gap); err != nil {
		t.Fatal(err)
	}
	have, err := a.Availability(t.Context(), site.ID, from, now)
	if err != nil {
		t.Fatal(err)
	}
	if have.Down != 3*time.Minute || have.Blind != 10*time.Minute || have.Mean != 300*time.Millisecond || !have.From.Equal(from) {
		t.Errorf("have %+v, want 3 minutes down and 10 minutes blind", have)
	}
	if n := have.NoData(); n < 27*time.Minute || n > 32*time.Minute {
		t.Errorf("have %v without data, want the 10 minutes of the gap and the 20 in which nobody looked", n)
	}
	if share, ok := have.Share(); !ok || share < 0.990 || share > 0.992 {
		t.Errorf("have a share of %v, want 3 minutes down in 358 with data", share)
	}
	if have, err = a.Availability(t.Context(), site.ID, now.AddDate(0, 0, -30), now); err != nil || have.To.Sub(have.From) > 8*time.Hour {
		t.Errorf("have %v to %v (%v): want no time before the site was watched", have.From, have.To, err)
	}
}

func TestAvailabilityInWords(t *testing.T) {
	begin := time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		a    Availability
		want string
	}{
		{Availability{}, "chưa có dữ liệu"},
		{Availability{From: begin, To: begin.Add(time.Hour), Up: time.Hour}, "100,00 %"},
		{Availability{From: begin, To: begin.AddDate(0, 0, 30), Up: 30*24*time.Hour - time.Second, Down: time.Second}, "99,99 %"},
		{Availability{From: begin, To: begin.Add(10 * time.Hour), Up: 9 * time.Hour, Down: 19 * time.Minute}, "96,60 % (41 phút không có dữ liệu không tính)"},
		{Availability{From: begin, To: begin.AddDate(0, 0, 7), Up: 5 * 24 * time.Hour, Blind: 10 * time.Minute},
			"100,00 % (2 ngày không có dữ liệu không tính, trong đó 10 phút mất mạng giám sát)"},
		{Availability{From: begin, To: begin.Add(10 * time.Hour), Blocked: 10 * time.Hour}, "chưa có dữ liệu"},
	} {
		if have := test.a.Text(targets.Vietnamese); have != test.want {
			t.Errorf("have %q, want %q", have, test.want)
		}
	}
	en := Availability{From: begin, To: begin.Add(10 * time.Hour), Up: 9 * time.Hour}.Text(targets.English)
	if want := "100.00 % (1 h without data not counted)"; en != want {
		t.Errorf("have %q, want %q", en, want)
	}
}
