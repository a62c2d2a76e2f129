package targets_test

import (
	"errors"
	"strings"
	"testing"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestAllowIsReadBack(t *testing.T) {
	reg := targets.New(targetstest.DB(t))
	site := targetstest.Site(t, reg, "noibo.tinhmau.gov.vn", "Nội bộ")
	for _, list := range []string{"10.20.0.0/16:443 [fd00:1::/32]:8181 10.1.2.3/32", ""} {
		allow, err := targets.ParseAllow(list)
		if err != nil {
			t.Fatal(err)
		}
		if err := reg.SetAllow(t.Context(), site.ID, allow); err != nil {
			t.Fatal(err)
		}
		have, err := reg.Site(t.Context(), site.ID)
		if err != nil || targets.AllowList(have.Allow) != list {
			t.Errorf("have %q (%v), want %q", targets.AllowList(have.Allow), err, list)
		}
	}
	if err := reg.SetAllow(t.Context(), 99, nil); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("another site: have %v, want ErrNotFound", err)
	}
}

func TestParseAllow(t *testing.T) {
	for _, list := range []string{"10.0.0.0/8, 10.1.0.0/16", "10.0.0.0/8\r\n172.16.0.0/12;fd00::/8"} {
		if allow, err := targets.ParseAllow(list); err != nil || len(allow) < 2 {
			t.Errorf("%q: have %v (%v)", list, allow, err)
		}
	}
	for list, barred := range map[string]bool{
		"127.0.0.1:8080": true, "::1": true, "169.254.169.254": true, "10.0.0.0/8 [fe80::]:80": true,
		"noibo": false, strings.Repeat("10.0.0.0/8 ", 51): false,
	} {
		_, err := targets.ParseAllow(list)
		wrong, ok := errors.AsType[*targets.AllowError](err)
		if !ok || (wrong.Barred != "") != barred {
			t.Errorf("%.40q: have %v, want an AllowError, barred %v", list, err, barred)
		}
	}
}
