package paper

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// aPaper is a paper of everything that papers are made of, with words that would like to be markup.
func aPaper(t *testing.T) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 4000, 1000), color.Palette{color.RGBA{200, 30, 40, 255}})
	var raw bytes.Buffer
	if err := png.Encode(&raw, img); err != nil {
		t.Fatal(err)
	}
	return []byte(`<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>BÁO CÁO – đợt “Tết”</title><style>p { color: red }</style></head><body>
<table class="plain"><colgroup><col style="width:41%"><col style="width:59%"></colgroup><tr><td><p class="center">UBND TỈNH TỈNH MẪU</p><hr></td><td><p class="center"><b>CỘNG HÒA XÃ HỘI
CHỦ NGHĨA VIỆT NAM</b></p></td></tr></table>
<h1>BÁO CÁO</h1><hr class="wide"><p class="center">Kính gửi: &lt;w:p&gt; ]]&gt; &amp;amp; "x"` + "\u00a0" + `y</p>
<h2>I. SỰ CỐ</h2><p>- Trong kỳ  xảy ra <b>05 sự cố</b>, <i>tái diễn</i> <u>01</u>.<br>Dòng hai</p>
<script>alert("không bao giờ")</script>
<table><colgroup><col style="width:10%"><col style="width:90%"></colgroup><thead><tr><th>TT</th><th>Cổng</th></tr></thead><tbody><tr><td class="center">1</td><td>phường Ví Dụ<br>phuongvidu.tinhmau.gov.vn</td></tr>
<tr><td colspan="2">gộp</td></tr><tr><td>thiếu</td></tr></tbody></table>
chữ rời<ul><li>một</li><li>hai</li></ul>
<div class="fresh"><h2>PHỤ LỤC</h2><figure><img alt="trước và sau" src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(raw.Bytes()) + `"><figcaption>Ảnh 01</figcaption></figure>
<img alt="ảnh hỏng" src="data:image/png;base64,AAAA"><img src="http://bad.example/x.png"></div><p class="note">Ghi chú` + "\x01\xff" + `</p></body></html>`)
}

// TestDocument reads the words of a document back, in their order, and follows its parts as Word does.
func TestDocument(t *testing.T) {
	raw, err := Document(aPaper(t))
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("PAPERS_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "document.docx"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parts := unzip(t, raw)
	want := []string{"UBND TỈNH TỈNH MẪU", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BÁO CÁO", "Kính gửi: <w:p> ]]> &amp; \"x\"\u00a0y", "I. SỰ CỐ", "- Trong kỳ xảy ra 05 sự cố, tái diễn 01.\nDòng hai",
		"TT", "Cổng", "1", "phường Ví Dụ\nphuongvidu.tinhmau.gov.vn", "gộp", "thiếu", "chữ rời", "- một", "- hai", "PHỤ LỤC", "Ảnh 01", "[ảnh hỏng]", "Ghi chú\uFFFD\uFFFD"}
	if have := paragraphsOf(t, parts["word/document.xml"]); !slices.Equal(have, want) {
		t.Errorf("have the words\n%q, want\n%q", have, want)
	}
	for name, part := range parts {
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			wellFormed(t, name, part)
		}
		if strings.Contains(part, "External") || strings.Contains(part, "bad.example") {
			t.Errorf("%s leads outside", name)
		}
	}
	if !strings.HasPrefix(parts["word/media/picture1.png"], "\x89PNG") || !strings.Contains(parts["word/_rels/document.xml.rels"], `Id="picture1"`) || !strings.Contains(parts["word/document.xml"], `r:embed="picture1"`) {
		t.Error("the picture is not where the document looks for it")
	}
	if wide := `<wp:extent cx="5940425" cy="1485106"/>`; !strings.Contains(parts["word/document.xml"], wide) {
		t.Errorf("want the picture as wide as the words: %s", wide)
	}
	if have := strings.Count(parts["word/document.xml"], "<w:tblBorders>"); have != 1 {
		t.Errorf("%d tables have lines, want 1", have)
	}
}

// TestForeignDocument has a program of others open the document: python-docx, where Debian's python3-docx is installed.
func TestForeignDocument(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import docx").Run(); err != nil {
		t.Skipf("python3-docx is not here: %v", err)
	}
	raw, err := Document(aPaper(t))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "a.docx")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `import docx, sys
d = docx.Document(sys.argv[1])
s = d.sections[0]
print(d.core_properties.title, len(d.tables), d.tables[1].rows[1].cells[1].text, len(d.inline_shapes), s.page_width.mm.__round__(), s.left_margin.mm.__round__(), s.right_margin.mm.__round__(), s.different_first_page_header_footer)
print([p.text for p in d.paragraphs if p.style.name == "Heading 1"], d.tables[1].rows[2].cells[1].text)`, name).CombinedOutput()
	const want = "BÁO CÁO – đợt “Tết” 2 phường Ví Dụ\nphuongvidu.tinhmau.gov.vn 1 210 30 15 True\n['I. SỰ CỐ', 'PHỤ LỤC'] gộp\n"
	if err != nil || string(out) != want {
		t.Errorf("python-docx reads %q (%v), want %q", out, err, want)
	}
}

// FuzzDocument has the document be well-formed whatever a paper says.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{"", "<p>x", "<table><tr><td><table><tr><td colspan=9>a</table>", "<h1><b><br><img src='data:image/png;base64,'>", "\x00]]>&<w:t>", "<table><col style='width:0%'><tr></table>", "<li><p>a<div>b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, paper string) {
		raw, err := Document([]byte(paper))
		if err != nil {
			t.Skip(err) // nested deeper than the reader goes
		}
		for name, part := range unzip(t, raw) {
			if strings.HasSuffix(name, ".xml") {
				wellFormed(t, name, part)
			}
		}
	})
}

func unzip(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(content)
	}
	return parts
}

// wellFormed reads a part to its end.
func wellFormed(t *testing.T, name, part string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(part))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// paragraphsOf are the words of each paragraph that has any.
func paragraphsOf(t *testing.T, main string) (list []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(main))
	var words strings.Builder
	said := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			said = e.Name.Local == "t"
			if e.Name.Local == "br" {
				words.WriteByte('\n')
			}
		case xml.CharData:
			if said {
				words.Write(e)
			}
		case xml.EndElement:
			said = false
			if e.Name.Local == "p" && words.Len() > 0 {
				list = append(list, words.String())
				words.Reset()
			}
		}
	}
}
