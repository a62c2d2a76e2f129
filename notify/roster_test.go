package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

// on adds somebody who may be on duty.
func (o *office) on(login, name string) Person {
	o.t.Helper()
	p, err := o.AddPerson(o.t.Context(), Person{Login: login, Name: name, Role: Duty})
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// moment reads "06/02/2027 19:00" by Vietnam's clock.
func moment(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("02/01/2006 15:04", text, targets.Vietnam)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// shift adds a shift.
func (o *office) shift(tier Tier, p Person, from, until string) Shift {
	o.t.Helper()
	added, err := o.AddShifts(o.t.Context(), "quantri", Shift{Watch: Watch{Tier: tier, Person: p, From: moment(o.t, from), Until: moment(o.t, until)}})
	if err != nil || len(added) != 1 {
		o.t.Fatalf("add a shift of %s: have %v, %v", p.Login, added, err)
	}
	return added[0]
}

// names says who is on duty: "1 Trực A, 2 Kỹ thuật B".
func names(list []Watch) string {
	var out []string
	for _, w := range list {
		out = append(out, string(rune('0'+w.Tier))+" "+w.Person.Name)
	}
	return strings.Join(out, ", ")
}

func TestOnDutyAtBorders(t *testing.T) {
	o := newOffice(t, Options{})
	a, b, c := o.on("truca", "Trực A"), o.on("trucb", "Trực B"), o.on("kythuatc", "Kỹ thuật C")
	o.shift(TierTechnical, c, "31/12/2026 07:30", "01/01/2027 07:30")
	o.shift(TierWatch, a, "31/12/2026 07:30", "31/12/2026 19:00")
	o.shift(TierWatch, b, "31/12/2026 19:00", "01/01/2027 07:30")
	for _, c := range []struct{ when, want string }{
		{"31/12/2026 07:29", ""},
		{"31/12/2026 07:30", "1 Trực A, 2 Kỹ thuật C"},
		{"31/12/2026 18:59", "1 Trực A, 2 Kỹ thuật C"},
		{"31/12/2026 19:00", "1 Trực B, 2 Kỹ thuật C"},
		{"01/01/2027 00:00", "1 Trực B, 2 Kỹ thuật C"},
		{"01/01/2027 07:29", "1 Trực B, 2 Kỹ thuật C"},
		{"01/01/2027 07:30", ""},
	} {
		list, err := o.OnDuty(t.Context(), moment(t, c.when))
		if have := names(list); err != nil || have != c.want {
			t.Errorf("%s: have %q (%v), want %q", c.when, have, err, c.want)
		}
	}
	if _, err := o.registry.DB().Write.Exec(`UPDATE people SET retired_at = 1 WHERE login = 'trucb'`); err != nil {
		t.Fatal(err)
	}
	if list, err := o.OnDuty(t.Context(), moment(t, "01/01/2027 00:00")); err != nil || names(list) != "2 Kỹ thuật C" {
		t.Errorf("have %v (%v), want nobody who has retired", list, err)
	}
}

func TestAddShifts(t *testing.T) {
	o := newOffice(t, Options{})
	a := o.on("truca", "Trực A")
	good := o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
	if again, err := o.AddShifts(t.Context(), "quantri", good); err != nil || len(again) != 0 {
		t.Errorf("the same shift twice: have %v, %v, want nothing new", again, err)
	}
	for _, c := range []struct {
		spoil func(*Shift)
		want  ShiftProblem
	}{
		{func(s *Shift) { s.Tier = 0 }, ShiftTier},
		{func(s *Shift) { s.Tier = 4 }, ShiftTier},
		{func(s *Shift) { s.Person.ID = 0 }, ShiftPerson},
		{func(s *Shift) { s.Until = s.From }, ShiftOrder},
		{func(s *Shift) { s.Until = s.From.Add(longestShift + 1) }, ShiftLong},
		{func(s *Shift) { s.Note = strings.Repeat("ờ", longestNote+1) }, ShiftNote},
	} {
		bad, other := good, good
		c.spoil(&bad)
		other.From = other.From.Add(-time.Hour)
		_, err := o.AddShifts(t.Context(), "quantri", other, bad)
		var wrong *ShiftError
		if !errors.As(err, &wrong) || wrong.Problem != c.want || slices.Contains([]string{wrong.Text("vi"), wrong.Text("en")}, "") {
			t.Errorf("have %v, want %q, in words of both languages", err, c.want)
		}
		if list, _ := o.OnDuty(t.Context(), other.From); len(list) != 0 {
			t.Errorf("%q: one of two was added: %v", c.want, list)
		}
	}
}
