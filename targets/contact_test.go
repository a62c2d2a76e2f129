package targets_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestContactsAreImported(t *testing.T) {
	r := targets.New(targetstest.DB(t))
	if _, err := r.Add(t.Context(), targets.Draft{URL: "https://phuongvidu.tinhmau.gov.vn/", Unit: "UBND phường Ví Dụ"}); err != nil {
		t.Fatal(err)
	}
	const head = "Đơn vị;Họ tên;Nhiệm vụ;Điện thoại;Thư điện tử;Từ ngày;Đến ngày\n"
	load := func(list string, dry bool) targets.ContactReport {
		t.Helper()
		report, err := r.ImportContacts(t.Context(), strings.NewReader(head+list), "quantri", dry)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	all := func(want int) []targets.Contact {
		t.Helper()
		list, err := r.Contacts(t.Context())
		if err != nil || len(list) != want {
			t.Fatalf("have %d contacts (%v), want %d", len(list), err, want)
		}
		return list
	}
	const good = "ubnd Phường  Ví Dụ;Người Mẫu A;quản trị cổng;0000000001;;06/02/2027;2027-12-31\nCông an tỉnh Tỉnh Mẫu;Người Mẫu B;;;b@tinhmau.example;;\n"
	load(good, true)
	all(0)
	load(good, false)
	list := all(2)
	a, b := list[0], list[1]
	first, last := time.Date(2027, 2, 6, 0, 0, 0, 0, targets.Vietnam), time.Date(2027, 12, 31, 23, 59, 0, 0, targets.Vietnam)
	if a.UnitID == 0 || b.UnitID != 0 || a.Duty != "quản trị cổng" || a.WrittenBy != "quantri" || !a.Valid(first) || !a.Valid(last) || a.Valid(first.Add(-1)) || a.Valid(last.Add(time.Minute)) {
		t.Errorf("have %+v and %+v", a, b)
	}
	if !b.Valid(time.Now()) || !b.Stale(time.Now()) {
		t.Errorf("have %+v: want it to hold always, and to be checked", b)
	}
	if err := r.CheckContact(t.Context(), b.ID, "truc"); err != nil {
		t.Fatal(err)
	}
	load(good, false)
	if b = all(2)[1]; b.Stale(time.Now()) || b.CheckedBy != "truc" {
		t.Errorf("have %+v: the same list again changes nothing", b)
	}
	load("công an tỉnh tỉnh mẫu;Người Mẫu B;;0000000002;;;\n", false)
	if b = all(2)[1]; b.Phone != "0000000002" || b.CheckedBy != "" {
		t.Errorf("have %+v: another number is to be checked again", b)
	}
	if err := r.EndContact(t.Context(), b.ID, "quantri"); err != nil || all(2)[1].Valid(time.Now().Add(time.Second)) {
		t.Errorf("it holds still (%v)", err)
	}
	if err := errors.Join(r.CheckContact(t.Context(), 77, "truc"), r.EndContact(t.Context(), 77, "truc")); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
}

func TestContactsThatCannotBeTaken(t *testing.T) {
	r := targets.New(targetstest.DB(t))
	for row, want := range map[string]targets.ContactProblem{
		";A;1;": targets.ContactBody, "X;;1;": targets.ContactName, "X;A;;": targets.ContactWay, "X;A;1;hôm qua": targets.ContactWhen, "X;A;1;31/02/2027": targets.ContactWhen,
		"X;" + strings.Repeat("a", 201) + ";1;": targets.ContactName, "X;A;" + strings.Repeat("1", 201) + ";": targets.ContactLong, "X;A;1;;z": targets.ContactTorn,
		"X;A;1;\nx;a;2;": targets.ContactTwice,
	} {
		report, err := r.ImportContacts(t.Context(), strings.NewReader("Đơn vị;Họ tên;Điện thoại;Từ ngày\nY;Tốt;1;\n"+row+"\n"), "quantri", false)
		if err != nil || len(report.Bad) != 1 || report.Bad[0].Problem != want || report.Bad[0].Problem.Text(targets.Vietnamese) == "" {
			t.Errorf("%q: have %+v, %v, want %q", row, report.Bad, err, want)
		}
	}
	if list, err := r.Contacts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("have %d contacts (%v): nothing is written when a row is bad", len(list), err)
	}
}
