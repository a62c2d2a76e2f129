package targets_test

import (
	"errors"
	"testing"

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
