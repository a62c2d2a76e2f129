package targets_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestAddIsReadBack(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	added, err := reg.Add(t.Context(), targets.Draft{
		URL: "WWW.PhuongViDu.tinhmau.gov.vn:443/#top", Name: "  Cổng  phường Ví Dụ ", Unit: "UBND phường Ví Dụ", Priority: targets.PriorityHigh, Note: "máy chủ\nở huyện",
	})
	if err != nil {
		t.Fatal(err)
	}
	have, err := reg.Site(t.Context(), added.ID)
	if err != nil {
		t.Fatal(err)
	}
	if have.URL != "https://www.phuongvidu.tinhmau.gov.vn/" || have.Name != "Cổng phường Ví Dụ" || have.Note != "máy chủ\nở huyện" {
		t.Errorf("have %+v", have)
	}
	if have.Profile.Name != targets.DefaultProfile || len(have.Profile.Recheck) != 3 || have.Profile.LearnLooks != 5 {
		t.Errorf("have profile %+v", have.Profile)
	}
	if !have.AddedAt.Equal(added.AddedAt) || have.Unit != added.Unit || have.Priority != targets.PriorityHigh {
		t.Errorf("have %+v\nwant %+v", have, added)
	}
}

func TestAddRefusesTheSamePortal(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	first := targetstest.Site(t, reg, "https://phuongvidu.tinhmau.gov.vn", "Phường Ví Dụ")
	_, err := reg.Add(t.Context(), targets.Draft{URL: "http://www.phuongvidu.tinhmau.gov.vn/"})
	if !errors.Is(err, targets.ErrDuplicate) {
		t.Fatalf("have error %v, want ErrDuplicate", err)
	}
	if err := reg.Remove(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	again := targetstest.Site(t, reg, "http://www.phuongvidu.tinhmau.gov.vn/", "Phường Ví Dụ")
	if again.ID == first.ID {
		t.Errorf("a site that comes back has the number %d of the removed one", first.ID)
	}
}

func TestRemovedSitesKeepTheirHistory(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	site := targetstest.Site(t, reg, "a.tinhmau.gov.vn", "A")
	if err := reg.Remove(t.Context(), site.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := reg.Site(t.Context(), site.ID); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("Site: have %v, want ErrNotFound", err)
	}
	if sites, err := reg.Sites(t.Context()); err != nil || len(sites) != 0 {
		t.Errorf("Sites: have %v %v, want none", sites, err)
	}
	if _, ok, err := reg.FindSite(t.Context(), site.URL); ok || err != nil {
		t.Errorf("FindSite: have %v %v, want none", ok, err)
	}
	past, err := reg.PastSite(t.Context(), site.ID)
	if err != nil || past.Name != "A" || past.RemovedAt.IsZero() {
		t.Errorf("PastSite: have %+v %v", past, err)
	}
	for _, id := range []int64{site.ID, 99} {
		if err := reg.Remove(t.Context(), id); !errors.Is(err, targets.ErrNotFound) {
			t.Errorf("Remove(%d): have %v, want ErrNotFound", id, err)
		}
	}
	if _, err := reg.PastSite(t.Context(), 99); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("PastSite(99): have %v, want ErrNotFound", err)
	}
}

func TestFindSite(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	want := targetstest.Site(t, reg, "https://xãvídụ.vn/", "Xã Ví Dụ")
	have, ok, err := reg.FindSite(t.Context(), "http://www.xn--xvd-mla5c2181a.vn")
	if err != nil || !ok || have.ID != want.ID || !have.RemovedAt.IsZero() {
		t.Errorf("have %+v %v %v", have, ok, err)
	}
	var problem *targets.AddressError
	if _, _, err := reg.FindSite(t.Context(), "localhost"); !errors.As(err, &problem) {
		t.Errorf("have %v, want an AddressError", err)
	}
}

func TestSitesAreOrdered(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	for i, d := range []targets.Draft{
		{Name: "Xã 10", Unit: "Ủy ban"}, {Name: "Xã 2", Unit: "Ủy ban"},
		{Name: "Ấp", Unit: "Ủy ban"}, {Name: "An", Unit: "Ủy ban"}, {Name: "Đông", Unit: "Ủy ban"}, {Name: "Em", Unit: "Ủy ban"}, {Name: "Dân", Unit: "Ủy ban"},
		{Name: "Cuối", Unit: "Ban", Priority: targets.PriorityLow}, {Name: "Đầu", Unit: "Ý", Priority: targets.PriorityHigh}, {Name: "Z", Unit: "Đảng ủy"},
	} {
		d.URL = fmt.Sprintf("s%d.tinhmau.gov.vn", i)
		if _, err := reg.Add(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	sites, err := reg.Sites(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range sites {
		names = append(names, s.Name)
	}
	if have, want := strings.Join(names, ", "), "Đầu, Z, An, Ấp, Dân, Đông, Em, Xã 2, Xã 10, Cuối"; have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	units, err := reg.Units(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if have := fmt.Sprint(units); have != "[{2 Ban} {4 Đảng ủy} {1 Ủy ban} {3 Ý}]" {
		t.Errorf("have %s", have)
	}
}

func TestOneUnitInManySpellings(t *testing.T) {
	tests := []struct {
		one, other string
		same       bool
	}{
		{"Ủy ban nhân dân xã Hòa Bình", "UỶ BAN  nhân dân xã Hoà Bình", true},
		{"Sở Y tế", " Sở Y Tế\n", true},
		{"Xã Đông", "Xã Ðông", true}, // the second one has an Icelandic letter
		{"Xã Quý", "Xa\u0303 Quy\u0301", true},
		{"Phường 1", "phường 1", true},
		{"Xã Tân Thành", "Xã Tân Thạnh", false},
		{"Xã Phú Mỹ", "Xã Phù Mỹ", false},
		{"Phường 1", "Phường 11", false},
		{"Xã Đông", "Xã Dông", false},
		{"", targets.UnknownUnit, true},
	}
	for _, test := range tests {
		reg := targets.New(targetstest.DB(t))
		one, err := reg.Add(t.Context(), targets.Draft{URL: "a.vn", Unit: test.one})
		if err != nil {
			t.Fatal(err)
		}
		other, err := reg.Add(t.Context(), targets.Draft{URL: "b.vn", Unit: test.other})
		if err != nil {
			t.Fatal(err)
		}
		if same := one.Unit == other.Unit; same != test.same {
			t.Errorf("%q and %q: have %v and %v, want one unit: %v", test.one, test.other, one.Unit, other.Unit, test.same)
		}
	}
}

func TestAddRefuses(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	long := strings.Repeat("ă", 1001)
	tests := []struct {
		draft targets.Draft
		want  targets.DraftProblem
	}{
		{targets.Draft{Name: long[:402]}, targets.DraftName},
		{targets.Draft{Unit: long[:402]}, targets.DraftUnit},
		{targets.Draft{Note: long}, targets.DraftNote},
		{targets.Draft{Priority: 4}, targets.DraftPriority},
		{targets.Draft{Priority: -1}, targets.DraftPriority},
	}
	for _, test := range tests {
		test.draft.URL = "a.vn"
		_, err := reg.Add(t.Context(), test.draft)
		var have *targets.DraftError
		if !errors.As(err, &have) || have.Problem != test.want || have.Text(targets.Vietnamese) == "" {
			t.Errorf("have %v, want %s", err, test.want)
		}
	}
	var address *targets.AddressError
	if _, err := reg.Add(t.Context(), targets.Draft{}); !errors.As(err, &address) || address.Problem != targets.AddressEmpty {
		t.Errorf("have %v, want an empty address", err)
	}
	if _, err := reg.Add(t.Context(), targets.Draft{URL: "a.vn", Profile: "nhanh"}); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	if units, err := reg.Units(t.Context()); err != nil || len(units) != 0 {
		t.Errorf("have units %v %v, want none of refused sites", units, err)
	}
}

func TestProfiles(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	want := targets.Profile{Name: "nhanh", ProbeEvery: time.Second, RenderEvery: 2500 * time.Millisecond, Recheck: []time.Duration{time.Second, time.Minute},
		Confirm: []time.Duration{}, LearnEvery: time.Minute, LearnLooks: 3}
	for _, every := range []time.Duration{time.Second, time.Hour} { // adds, then replaces
		want.ProbeEvery = every
		if err := reg.SaveProfile(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		have, err := reg.Profile(t.Context(), "nhanh")
		if err != nil || fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("have %+v %v\nwant %+v", have, err, want)
		}
	}
	site, err := reg.Add(t.Context(), targets.Draft{URL: "a.vn", Profile: "nhanh"})
	if err != nil || site.Profile.ProbeEvery != time.Hour {
		t.Errorf("have %+v %v", site.Profile, err)
	}
	if _, err := reg.Profile(t.Context(), "không có"); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
}

func TestSaveProfileRefuses(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	good, err := reg.Profile(t.Context(), targets.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*targets.Profile){
		"no name":       func(p *targets.Profile) { p.Name = " " },
		"no probes":     func(p *targets.Profile) { p.ProbeEvery = 0 },
		"no renders":    func(p *targets.Profile) { p.RenderEvery = -1 },
		"no learning":   func(p *targets.Profile) { p.LearnEvery = 0 },
		"few looks":     func(p *targets.Profile) { p.LearnLooks = 2 },
		"negative wait": func(p *targets.Profile) { p.Confirm = []time.Duration{-1} },
	} {
		bad := good
		spoil(&bad)
		if err := reg.SaveProfile(t.Context(), bad); err == nil {
			t.Errorf("%s: was saved", name)
		}
	}
	if have, err := reg.Profile(t.Context(), targets.DefaultProfile); err != nil || !slices.Equal(have.Recheck, good.Recheck) {
		t.Errorf("have %+v %v, want %+v", have, err, good)
	}
}

// BenchmarkSites reads twice the portals of the largest province: 20 ms on a small server.
func BenchmarkSites(b *testing.B) {
	reg := targets.New(targetstest.DB(b))
	var file strings.Builder
	file.WriteString("url,tên,đơn vị\n")
	for i := range 2000 {
		fmt.Fprintf(&file, "https://tinhmau.gov.vn/xa%d,Cổng thông tin điện tử xã Ví Dụ %d,Ủy ban nhân dân xã Ví Dụ %d\n", i, i*7919%2000, i*31%300)
	}
	if _, err := reg.Import(b.Context(), strings.NewReader(file.String()), false); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := reg.Sites(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
