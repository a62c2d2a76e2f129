package web

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"image/jpeg"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

var pictureInPaper = regexp.MustCompile(`<img src="data:image/jpeg;base64,([^"]+)" alt="Ảnh 01`)

// TestPaperHasPictures reads the annex of a report on a day with a defacement: before and after, in the paper itself. When the
// pictures are lost, the paper is made all the same and says so.
func TestPaperHasPictures(t *testing.T) {
	h := newHouse(t)
	h.person("lanhdao", notify.Leader, 0)
	one := h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	for n := range 3 {
		h.look(one, time.Now().Add(time.Duration(n-3)*time.Second), defaced())
	}
	address := "/reports/paper?kind=daily&from=" + time.Now().In(targets.Vietnam).Format(time.DateOnly)
	text := h.get("lanhdao", address).Body.String()
	m := pictureInPaper.FindStringSubmatch(text)
	if m == nil || !strings.Contains(text, "PHỤ LỤC") || !strings.Contains(text, "Ảnh 01. phuongvidu.tinhmau.gov.vn (phường Ví Dụ), sự cố SC-") {
		t.Fatalf("the paper lacks its picture:\n%s", text)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.NewReplacer("&#43;", "+").Replace(m[1]))
	must(t, err)
	if c, err := jpeg.DecodeConfig(bytes.NewReader(raw)); err != nil || c.Width != 1280 {
		t.Errorf("have %v, %v, want both looks side by side", c, err)
	}
	document := h.get("lanhdao", address+"&format=docx").Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(document), int64(len(document)))
	must(t, err)
	if _, err := z.Open("word/media/picture1.jpeg"); err != nil {
		t.Error(err)
	}
	if dir := os.Getenv("PAPERS_DIR"); dir != "" {
		must(t, os.WriteFile(filepath.Join(dir, "annex.html"), []byte(text), 0o600))
		must(t, os.WriteFile(filepath.Join(dir, "annex.docx"), document, 0o600))
	}
	must(t, os.RemoveAll(h.folder))
	if text := h.get("lanhdao", address).Body.String(); !strings.Contains(text, "Không có ảnh") || pictureInPaper.MatchString(text) {
		t.Error("without its pictures the paper does not say that they are lost")
	}
}
