package web

import (
	"net/http"
	"strings"
	"testing"

	"canhcong/notify"
	"canhcong/targets"
)

func TestAdministratorAllowsInternalAddresses(t *testing.T) {
	h := newHouse(t)
	one := h.site("https://noibo.tinhmau.gov.vn", "Cổng nội bộ", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	h.person("truc", notify.Duty, 0)
	path := sitePath(one.ID) + "/allow"
	if have := h.post("truc", path, "allow", "10.0.0.0/8").Code; have != http.StatusForbidden {
		t.Errorf("an officer on duty: have %d, want 403", have)
	}
	wrong := h.post("quantri", path, "allow", "127.0.0.1:80")
	if wrong.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body.String(), "Không thể mở “127.0.0.1:80”") {
		t.Errorf("loopback: have %d %q, want a refusal", wrong.Code, wrong.Body)
	}
	if have := h.post("quantri", path, "allow", "10.20.0.0/16:443, 10.1.2.3").Code; have != http.StatusSeeOther {
		t.Errorf("have %d, want 303", have)
	}
	kept, err := h.registry.Site(t.Context(), one.ID)
	must(t, err)
	if have, want := targets.AllowList(kept.Allow), "10.20.0.0/16:443 10.1.2.3/32"; have != want {
		t.Errorf("have %q, want %q", have, want)
	}
	for path, want := range map[string]string{sitePath(one.ID): "10.20.0.0/16:443", path: "10.1.2.3/32", "/audit": "[] → [10.20.0.0/16:443 10.1.2.3/32]"} {
		if body := h.get("quantri", path).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: want %q in it", path, want)
		}
	}
	if body := h.get("truc", sitePath(one.ID)).Body.String(); strings.Contains(body, "10.20.0.0") {
		t.Error("an officer on duty is shown the internal addresses")
	}
}
