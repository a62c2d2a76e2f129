package notify

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

func TestHandOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 18:45")
		o := newOffice(t, Options{})
		a, b := o.on("truca", "Trực A"), o.on("trucb", "Trực B")
		day := o.shift(TierWatch, a, "06/02/2027 07:30", "06/02/2027 19:00")
		night := o.shift(TierWatch, b, "06/02/2027 19:00", "07/02/2027 07:30")
		if _, _, err := o.LastHandover(t.Context(), night); err != nil {
			t.Fatal(err)
		}
		first, err := o.HandOver(t.Context(), day.ID, "  Cổng xã A bảo trì tối nay.\r\nNhớ gọi webmaster.  ")
		if err != nil {
			t.Fatal(err)
		}
		wantText(t, first.Facts, `Ca Trực A · Trực giám sát · 06/02 07:30–19:00
Trong ca: 0 sự cố mới, 0 kết thúc; 0 tin đã gửi
Không có sự cố nào đang mở
Mọi cảnh báo đã gửi
Hệ thống giám sát: bình thường suốt ca
Ca sau: Trực B (06/02 19:00–07:30)`)
		if first.Words != "Cổng xã A bảo trì tối nay.\nNhớ gọi webmaster." {
			t.Errorf("have %q", first.Words)
		}
		if have, ok, err := o.LastHandover(t.Context(), night); err != nil || !ok || have.ID != first.ID || have.Shift.Person.Name != "Trực A" || have.Shift.HandedOver.IsZero() {
			t.Errorf("have %+v, %v, %v, want what A said", have, ok, err)
		}
		onDay(t, "07/02/2027 02:07")
		o.see(o.site, availability, "d d d d")
		if err := o.Declare(t.Context(), Notice{Kind: NoticeDisk, Detail: "3%"}); err != nil {
			t.Fatal(err)
		}
		_, err = o.registry.Declare(t.Context(), targets.AppearanceEvent{Kind: targets.Festive, From: time.Now(), Until: time.Now().Add(24 * time.Hour), Reason: "trang trí Tết", DeclaredBy: "quantri"})
		if err != nil {
			t.Fatal(err)
		}
		onDay(t, "07/02/2027 07:25")
		second, err := o.HandOver(t.Context(), night.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Trong ca: 1 sự cố mới, 0 kết thúc", "Sự cố đang mở: 1\n– SC-2027-0001 · Không truy cập được · UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn",
			"CHƯA AI NHẬN", "Cảnh báo chưa gửi được: 2, lâu nhất từ 02:07", "Hệ thống giám sát: Ổ ĐĨA MÁY GIÁM SÁT SẮP ĐẦY từ 02:07", "Đã báo trước: ", "trang trí Tết", "Ca sau: CHƯA CÓ NGƯỜI"} {
			if !strings.Contains(second.Facts, want) {
				t.Errorf("have\n%s\nwant %q in it", second.Facts, want)
			}
		}
		more, err := o.HandOver(t.Context(), night.ID, "Quên: chìa khóa ở bảo vệ.")
		if err != nil || !more.Shift.HandedOver.Equal(second.At) {
			t.Errorf("have %+v, %v, want one more entry of the same shift", more, err)
		}
		if list, err := o.Handovers(t.Context(), 10); err != nil || len(list) != 3 || list[0].ID != more.ID {
			t.Errorf("have %+v, %v, want three, the newest first", list, err)
		}
		if list, err := o.HandoversOf(t.Context(), night.ID); err != nil || len(list) != 2 {
			t.Errorf("have %+v, %v, want two of the night", list, err)
		}
		_, err = o.HandOver(t.Context(), night.ID, strings.Repeat("ờ", longestWords+1))
		wantProblem(t, "a novel", err, ShiftWords)
		onDay(t, "07/02/2027 19:31")
		_, err = o.HandOver(t.Context(), night.ID, "muộn")
		wantProblem(t, "half a day later", err, ShiftLate)
		if _, err := o.HandOver(t.Context(), 99, ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("have %v, want ErrNotFound", err)
		}
	})
}

func wantText(t *testing.T, have, want string) {
	t.Helper()
	if have != want {
		t.Errorf("have\n%s\nwant\n%s", have, want)
	}
}
