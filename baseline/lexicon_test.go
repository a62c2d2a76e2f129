package baseline

import (
	"slices"
	"testing"
)

func finds(text, id string) bool {
	return slices.ContainsFunc(shippedLexicon.Find(text), func(t term) bool { return t.ID == id })
}

func TestLexiconExamples(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range shippedLexicon.terms {
		if seen[e.ID] {
			t.Errorf("%s is listed twice", e.ID)
		}
		seen[e.ID] = true
		if e.Hit == "" || !finds(e.Hit, e.ID) {
			t.Errorf("%s (%q) misses its example hit %q", e.ID, e.Pattern, e.Hit)
		}
		if e.Miss == "" || finds(e.Miss, e.ID) {
			t.Errorf("%s (%q) hits its example miss %q", e.ID, e.Pattern, e.Miss)
		}
	}
}

func TestLexiconDisguises(t *testing.T) {
	for _, c := range []struct{ text, id string }{
		{"N\u200bh\u00adà cái uy tín", "vi-nha-cai-uy-tin"}, // zero-width and soft hyphen
		{"nhà cái uy tín", "vi-nha-cai-uy-tin"},             // decomposed
		{"nhà сái uу tín", "vi-nha-cai-uy-tin"},             // Cyrillic с and у
		{"ＮＨÀ ＣÁＩ ＵＹ ＴÍＮ", "vi-nha-cai-uy-tin"},             // full width
		{"nhacaiuytin", "vi-nha-cai-uy-tin"},                // spaces stripped
		{"t.à.i x.ỉ.u o.n.l.i.n.e", "vi-tai-xiu-online"},    // letters kept apart
		{"H̷a̷c̷k̷e̷d̷ b̷y̷ nobody", "en-hacked-by"},        // struck through
		{"h@ck3d by nobody", "en-hacked-by"},                // leet
		{"ʜᴀᴄᴋᴇᴅ ʙʏ nobody", "en-hacked-by"},                // small capitals
		{"𝐇𝐚𝐜𝐤𝐞𝐝 𝐛𝐲 nobody", "en-hacked-by"},                // mathematical letters
		{"Trang web đã bị hack", "vi-bi-hack"},
		{"N Ổ  H Ũ  Đ Ổ I  T H Ư Ở N G", "vi-no-hu-doi-thuong"}, // spelled out
		{"Đ Á N H   B Ạ C", "vi-danh-bac"},                      // spelled out, with its own diacritics
		{"t4i x1u onl1ne", "vi-tai-xiu-online"},                 // leet
	} {
		if !finds(c.text, c.id) {
			t.Errorf("%q: %s not found, have %v", c.text, c.id, shippedLexicon.Find(c.text))
		}
	}
}

func TestLexiconIsNotMisled(t *testing.T) {
	for _, c := range []struct{ text, id string }{
		{"D A N H B A C", "vi-danh-bac"}, // could be anything
		{"T H Ô N G  B Á O  n ổ", "vi-no-hu-doi-thuong"},
	} {
		if finds(c.text, c.id) {
			t.Errorf("%q: %s found", c.text, c.id)
		}
	}
}

func TestBrandShape(t *testing.T) {
	for text, want := range map[string]string{
		"Đăng nhập KUBET88 mới nhất": "kubet88", "98WIN chính chủ": "98win", "789club tải app": "789club", "sunwin": "sunwin", "fb88": "fb88",
		"Nghị định 147/2024/NĐ-CP": "", "covid19": "", "Windows 11": "", "Quyết định 88": "", "QĐ-UBND 79": "", "win10": "",
	} {
		if have := brandIn(text); have != want {
			t.Errorf("brandIn(%q) = %q, want %q", text, have, want)
		}
	}
}
