package targets_test

import (
	"errors"
	"strings"
	"testing"

	"canhcong/targets"
)

func TestKey(t *testing.T) {
	const gate = "phuongvidu.tinhmau.gov.vn"
	tests := []struct{ address, key, url string }{
		// One portal, however people write it.
		{"https://phuongvidu.tinhmau.gov.vn/", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"http://phuongvidu.tinhmau.gov.vn/", gate, "http://phuongvidu.tinhmau.gov.vn/"},
		{"phuongvidu.tinhmau.gov.vn", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"//phuongvidu.tinhmau.gov.vn/", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"www.phuongvidu.tinhmau.gov.vn", gate, "https://www.phuongvidu.tinhmau.gov.vn/"},
		{"HTTPS://WWW.PhuongViDu.TinhMau.GOV.VN", gate, "https://www.phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn:443/", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"http://phuongvidu.tinhmau.gov.vn:80", gate, "http://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn:/", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn./", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn/#tin-tuc", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn?", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"  https://phuongvidu.tinhmau.gov.vn/ \r\n", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"\u00a0\u200bhttps://phuongvidu.tinhmau.gov.vn/\ufeff", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu。tinhmau.gov.vn/", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://ｐhuongvidu.tinhmau.gov.vn/", gate, "https://phuongvidu.tinhmau.gov.vn/"},
		{"https://phuongvidu.tinhmau.gov.vn//", gate, "https://phuongvidu.tinhmau.gov.vn//"},
		// A port, a path or a query is another portal.
		{"https://phuongvidu.tinhmau.gov.vn:8443/", gate + ":8443", "https://phuongvidu.tinhmau.gov.vn:8443/"},
		{"phuongvidu.tinhmau.gov.vn:8080/x", gate + ":8080/x", "https://phuongvidu.tinhmau.gov.vn:8080/x"},
		{"http://phuongvidu.tinhmau.gov.vn:443/", gate + ":443", "http://phuongvidu.tinhmau.gov.vn:443/"},
		{"https://tinhmau.gov.vn/xavidu", "tinhmau.gov.vn/xavidu", "https://tinhmau.gov.vn/xavidu"},
		{"https://tinhmau.gov.vn/xavidu/", "tinhmau.gov.vn/xavidu", "https://tinhmau.gov.vn/xavidu/"},
		{"https://tinhmau.gov.vn/XaViDu/", "tinhmau.gov.vn/xavidu", "https://tinhmau.gov.vn/XaViDu/"},
		{"https://tinhmau.gov.vn/./a/../xavidu", "tinhmau.gov.vn/xavidu", "https://tinhmau.gov.vn/./a/../xavidu"},
		{"tinhmau.gov.vn/xa1", "tinhmau.gov.vn/xa1", "https://tinhmau.gov.vn/xa1"},
		{"tinhmau.gov.vn/xa2", "tinhmau.gov.vn/xa2", "https://tinhmau.gov.vn/xa2"},
		{"https://tinhmau.gov.vn/index.html", "tinhmau.gov.vn/index.html", "https://tinhmau.gov.vn/index.html"},
		{"https://tinhmau.gov.vn/default.aspx", "tinhmau.gov.vn/default.aspx", "https://tinhmau.gov.vn/default.aspx"},
		{"https://tinhmau.gov.vn/?donvi=12", "tinhmau.gov.vn?donvi=12", "https://tinhmau.gov.vn/?donvi=12"},
		{"https://tinhmau.gov.vn?donvi=12", "tinhmau.gov.vn?donvi=12", "https://tinhmau.gov.vn/?donvi=12"},
		{"https://tinhmau.gov.vn/?donvi=13", "tinhmau.gov.vn?donvi=13", "https://tinhmau.gov.vn/?donvi=13"},
		{"https://tinhmau.gov.vn/?tên=xã", "tinhmau.gov.vn?t%C3%AAn=x%C3%A3", "https://tinhmau.gov.vn/?t%C3%AAn=x%C3%A3"},
		{"tinhmau.gov.vn/go?u=http://a.vn/", "tinhmau.gov.vn/go?u=http://a.vn/", "https://tinhmau.gov.vn/go?u=http://a.vn/"},
		{"https://tinhmau.gov.vn/c%E1%BB%95ng", "tinhmau.gov.vn/c%E1%BB%95ng", "https://tinhmau.gov.vn/c%E1%BB%95ng"},
		{"https://tinhmau.gov.vn/cổng", "tinhmau.gov.vn/c%E1%BB%95ng", "https://tinhmau.gov.vn/c%E1%BB%95ng"},
		{"https://tinhmau.gov.vn/co\u0302\u0309ng", "tinhmau.gov.vn/c%E1%BB%95ng", "https://tinhmau.gov.vn/c%E1%BB%95ng"},
		// Names in Vietnamese letters, names with underscores, and bare addresses.
		{"https://xãvídụ.vn", "xn--xvd-mla5c2181a.vn", "https://xn--xvd-mla5c2181a.vn/"},
		{"https://XÃVÍDỤ.vn", "xn--xvd-mla5c2181a.vn", "https://xn--xvd-mla5c2181a.vn/"},
		{"https://xa\u0303vi\u0301du\u0323.vn", "xn--xvd-mla5c2181a.vn", "https://xn--xvd-mla5c2181a.vn/"},
		{"https://xn--xvd-mla5c2181a.vn/", "xn--xvd-mla5c2181a.vn", "https://xn--xvd-mla5c2181a.vn/"},
		{"https://dich_vu.tinhmau.gov.vn", "dich_vu.tinhmau.gov.vn", "https://dich_vu.tinhmau.gov.vn/"},
		{"https://www2.tinhmau.gov.vn", "www2.tinhmau.gov.vn", "https://www2.tinhmau.gov.vn/"},
		{"https://www.vn", "www.vn", "https://www.vn/"},
		{"http://10.1.2.3/", "10.1.2.3", "http://10.1.2.3/"},
		{"127.0.0.1:34567", "127.0.0.1:34567", "https://127.0.0.1:34567/"},
		{"http://[2001:DB8:0:0::1]:8080/x", "[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"},
		{"http://[::ffff:10.1.2.3]/", "10.1.2.3", "http://10.1.2.3/"},
	}
	for _, test := range tests {
		key, url, err := targets.Key(test.address)
		if err != nil || key != test.key || url != test.url {
			t.Errorf("Key(%q)\nhave %q %q %v\nwant %q %q", test.address, key, url, err, test.key, test.url)
		}
		again, _, err := targets.Key(url)
		if err != nil || again != test.key {
			t.Errorf("Key(%q), which Key made of %q\nhave %q %v\nwant %q", url, test.address, again, err, test.key)
		}
	}
}

func TestKeyRefuses(t *testing.T) {
	tests := []struct {
		address string
		want    targets.AddressProblem
	}{
		{"", targets.AddressEmpty},
		{" \u00a0\u200b\t", targets.AddressEmpty},
		{"https://tinhmau.gov.vn/" + strings.Repeat("a", 2048), targets.AddressTooLong},
		{"https://tinh mau.gov.vn", targets.AddressMalformed},
		{"tinhmau.gov.vn và sotaichinh.gov.vn", targets.AddressMalformed},
		{`https:\\tinhmau.gov.vn`, targets.AddressMalformed},
		{"https:/tinhmau.gov.vn", targets.AddressMalformed},
		{"http:tinhmau.gov.vn", targets.AddressMalformed},
		{"https://tinhmau.gov.vn/%zz", targets.AddressMalformed},
		{"https://tinhmau\xff.gov.vn", targets.AddressMalformed},
		{"http://[::1", targets.AddressMalformed},
		{"ftp://tinhmau.gov.vn", targets.AddressScheme},
		{"file:///etc/passwd", targets.AddressScheme},
		{"chrome://version", targets.AddressScheme},
		{"javascript:alert(1)", targets.AddressScheme},
		{"data:text/html,x", targets.AddressScheme},
		{"https://admin:matkhau@tinhmau.gov.vn", targets.AddressUserinfo},
		{"https://admin@tinhmau.gov.vn", targets.AddressUserinfo},
		{"admin:matkhau@tinhmau.gov.vn", targets.AddressUserinfo},
		{"https://admin:mat/matkhau@tinhmau.gov.vn", targets.AddressPort},
		{"vanthu@tinhmau.gov.vn", targets.AddressUserinfo},
		{"localhost", targets.AddressNoDomain},
		{"http://localhost:8080/", targets.AddressNoDomain},
		{"localhost:8080", targets.AddressNoDomain},
		{"tinhmau", targets.AddressNoDomain},
		{"https://", targets.AddressNoDomain},
		{"https://./", targets.AddressNoDomain},
		{"https:///xavidu", targets.AddressNoDomain},
		{"https//tinhmau.gov.vn", targets.AddressNoDomain},
		{"https://tinhmau..gov.vn", targets.AddressHost},
		{"https://.gov.vn", targets.AddressHost},
		{"https://tinh,mau.gov.vn", targets.AddressHost},
		{"https://tinhmau.gov.vn;xavidu.gov.vn", targets.AddressHost},
		{"https://10.0.0", targets.AddressHost},
		{"https://10.0.0.999", targets.AddressHost},
		{"https://0.0.0.0", targets.AddressHost},
		{"https://tinhmau.0x7f", targets.AddressHost},
		{"https://[fe80::1%25eth0]/", targets.AddressHost},
		{"https://" + strings.Repeat("a", 64) + ".gov.vn", targets.AddressHost},
		{"https://tinhmau.gov.vn:0/", targets.AddressPort},
		{"https://tinhmau.gov.vn:99999/", targets.AddressPort},
		{"https://tinhmau.gov.vn:cong/", targets.AddressPort},
	}
	for _, test := range tests {
		key, url, err := targets.Key(test.address)
		var have *targets.AddressError
		if !errors.As(err, &have) || have.Problem != test.want {
			t.Errorf("Key(%q)\nhave %q %q %v\nwant %s", test.address, key, url, err, test.want)
			continue
		}
		for _, text := range []string{have.Text(targets.Vietnamese), have.Text(targets.English), have.Error()} {
			if strings.Contains(text, "%!") || len(text) > 600 {
				t.Errorf("Key(%q) says %q", test.address, text)
			}
			if strings.Contains(text, "matkhau") {
				t.Errorf("Key(%q) tells the password: %q", test.address, text)
			}
		}
	}
}

func TestHostIsShownInUnicode(t *testing.T) {
	_, url, err := targets.Key("XÃVÍDỤ.vn:8080/x")
	if err != nil {
		t.Fatal(err)
	}
	if have := (targets.Site{URL: url}).Host(); have != "xãvídụ.vn" {
		t.Errorf("have %q, want xãvídụ.vn", have)
	}
}

// FuzzKey holds what callers rely on: a key is stable, and the normal form of an address has the same key and normal form.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"tinhmau.gov.vn", "HTTPS://WWW.x.vn:443/A/../b?q=1#f", "http://[::1]:80", "xãvídụ.vn", "a:b@c.vn", "//", "%", "https://a.vn/%2F"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		key, url, err := targets.Key(address)
		if err != nil {
			var problem *targets.AddressError
			if !errors.As(err, &problem) || problem.Text(targets.Vietnamese) == "" {
				t.Fatalf("Key(%q) fails with %v", address, err)
			}
			return
		}
		if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") || key == "" {
			t.Fatalf("Key(%q) = %q %q", address, key, url)
		}
		key2, url2, err := targets.Key(url)
		if len(url) <= 2048 && (err != nil || key2 != key || url2 != url) {
			t.Fatalf("Key(%q)\nhave %q %q\nthen %q %q %v", address, key, url, key2, url2, err)
		}
	})
}
