package notify

import (
	"fmt"
	"strings"
	"testing"

	"canhcong/targets"
)

// shiftsOf reads "1 truca 06/02/2027 19:00 – 07/02/2027 07:30", one in a line.
func shiftsOf(t testing.TB, lines string) (list []Shift) {
	t.Helper()
	ids := map[string]int64{}
	for line := range strings.SplitSeq(lines, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		who, until, _ := strings.Cut(line, " – ")
		fields := strings.Fields(who)
		if ids[fields[1]] == 0 {
			ids[fields[1]] = int64(len(ids) + 1)
		}
		list = append(list, Shift{Watch: Watch{Tier: Tier(fields[0][0] - '0'), Person: Person{ID: ids[fields[1]], Login: fields[1], Name: fields[1]},
			From: moment(t, fields[2]+" "+fields[3]), Until: moment(t, until)}})
	}
	return list
}

func spanOf(t testing.TB, text string) Span {
	t.Helper()
	from, until, _ := strings.Cut(text, " – ")
	return Span{moment(t, from), moment(t, until)}
}

func TestHoles(t *testing.T) {
	const day = "06/02/2027 00:00 – 07/02/2027 00:00"
	for _, c := range []struct{ name, wanted, shifts, want string }{
		{"nobody at all", day, "", "1 06/02 00:00–07/02 00:00"},
		{"nobody wanted", "", "", ""},
		{"one for the whole day", day, "1 a 06/02/2027 00:00 – 07/02/2027 00:00", ""},
		{"day and night", day, "1 a 05/02/2027 19:00 – 06/02/2027 07:30\n1 b 06/02/2027 07:30 – 06/02/2027 19:00\n1 a 06/02/2027 19:00 – 07/02/2027 07:30", ""},
		{"no night", day, "1 a 05/02/2027 19:00 – 06/02/2027 07:30\n1 b 06/02/2027 07:30 – 06/02/2027 19:00", "1 06/02 19:00–07/02 00:00"},
		{"no day", day, "1 a 05/02/2027 19:00 – 06/02/2027 07:30\n1 a 06/02/2027 19:00 – 07/02/2027 07:30", "1 06/02 07:30–06/02 19:00"},
		{"a late relief", day, "1 a 06/02/2027 00:00 – 06/02/2027 12:00\n1 b 06/02/2027 12:30 – 07/02/2027 00:00", "1 06/02 12:00–06/02 12:30"},
		{"a minute is a slip of the pen", day, "1 a 06/02/2027 00:00 – 06/02/2027 11:59\n1 b 06/02/2027 12:00 – 06/02/2027 23:59", ""},
		{"a shift within another", day, "1 a 06/02/2027 00:00 – 06/02/2027 20:00\n1 b 06/02/2027 08:00 – 06/02/2027 12:00", "1 06/02 20:00–07/02 00:00"},
		{"over the end of a month", "28/02/2027 12:00 – 01/03/2027 12:00", "1 a 28/02/2027 12:00 – 28/02/2027 19:00\n1 a 01/03/2027 07:30 – 01/03/2027 19:00", "1 28/02 19:00–01/03 07:30"},
		{"the leap day", "28/02/2028 00:00 – 01/03/2028 00:00", "1 a 28/02/2028 00:00 – 29/02/2028 00:00", "1 29/02 00:00–01/03 00:00"},
		{"over the end of a year", "31/12/2026 12:00 – 01/01/2027 12:00", "1 a 31/12/2026 07:30 – 31/12/2026 23:00\n1 a 01/01/2027 01:00 – 01/01/2027 19:00", "1 31/12 23:00–01/01 01:00"},
		{"two windows", "06/02/2027 08:00 – 06/02/2027 17:00\n08/02/2027 08:00 – 08/02/2027 17:00", "1 a 06/02/2027 08:00 – 06/02/2027 17:00", "1 08/02 08:00–08/02 17:00"},
		{"an upper tier that the roster has", day, "1 a 06/02/2027 00:00 – 07/02/2027 00:00\n2 c 06/02/2027 07:30 – 06/02/2027 19:00", "2 06/02 00:00–06/02 07:30, 2 06/02 19:00–07/02 00:00"},
		{"the lower tier only", day, "3 c 06/02/2027 00:00 – 07/02/2027 00:00", "1 06/02 00:00–07/02 00:00"},
	} {
		var wanted []Span
		for line := range strings.SplitSeq(c.wanted, "\n") {
			if line != "" {
				wanted = append(wanted, spanOf(t, line))
			}
		}
		var have []string
		for _, h := range holes(shiftsOf(t, c.shifts), wanted) {
			have = append(have, fmt.Sprintf("%d %s–%s", h.Tier, h.From.In(targets.Vietnam).Format("02/01 15:04"), h.Until.In(targets.Vietnam).Format("02/01 15:04")))
		}
		if have := strings.Join(have, ", "); have != c.want {
			t.Errorf("%s: have %q, want %q", c.name, have, c.want)
		}
	}
}

func TestCoverWanted(t *testing.T) {
	within := spanOf(t, "01/02/2027 10:00 – 15/02/2027 10:00")
	tet := targets.Period{From: moment(t, "30/01/2027 00:00"), Until: moment(t, "10/02/2027 00:00")}
	unit := targets.Period{From: moment(t, "09/02/2027 00:00"), Until: moment(t, "11/02/2027 00:00"), UnitID: 3}
	ended := targets.Period{From: moment(t, "12/02/2027 00:00"), Until: moment(t, "14/02/2027 00:00"), EndedAt: moment(t, "12/02/2027 06:00")}
	later := targets.Period{From: moment(t, "01/03/2027 00:00"), Until: moment(t, "02/03/2027 00:00")}
	for _, c := range []struct {
		cover   Cover
		periods []targets.Period
		want    string
	}{
		{CoverAlways, nil, "01/02/2027 10:00–15/02/2027 10:00"},
		{CoverNever, []targets.Period{tet}, ""},
		{CoverPeriods, nil, ""},
		{CoverPeriods, []targets.Period{later}, ""},
		{"", []targets.Period{tet}, "01/02/2027 10:00–10/02/2027 00:00"},
		{CoverPeriods, []targets.Period{ended, unit, tet}, "01/02/2027 10:00–11/02/2027 00:00, 12/02/2027 00:00–12/02/2027 06:00"},
	} {
		var have []string
		for _, s := range c.cover.wanted(c.periods, within) {
			have = append(have, minute(s.From)+"–"+minute(s.Until))
		}
		if have := strings.Join(have, ", "); have != c.want {
			t.Errorf("%s: have %q, want %q", c.cover, have, c.want)
		}
	}
}

func TestClashes(t *testing.T) {
	shifts := shiftsOf(t, `1 a 06/02/2027 07:30 – 06/02/2027 19:00
		1 b 06/02/2027 07:30 – 06/02/2027 19:00
		1 a 06/02/2027 19:00 – 07/02/2027 07:30
		2 b 06/02/2027 18:00 – 07/02/2027 07:30`)
	list := clashes(shifts)
	if len(list) != 1 || list[0].First.Person.Login != "b" || list[0].Second.Tier != TierTechnical {
		t.Errorf("have %+v, want b at two tiers from 18:00 to 19:00", list)
	}
}
