package chrome

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canhcong/monitor"
)

// TestPrint prints a paper whose words are Vietnamese and hostile: they are found again in the PDF, on A4, and nothing was
// fetched and no script ran.
func TestPrint(t *testing.T) {
	t.Parallel()
	var fetched atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
	t.Cleanup(server.Close)
	secret := filepath.Join(t.TempDir(), "secret.html")
	if err := os.WriteFile(secret, []byte("<p>KHOABIMAT</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	picture := pictureURL(t, color.RGBA{200, 30, 40, 255})
	paper := fmt.Sprintf(`<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Báo cáo</title><style>
@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); } } @page :first { @top-center { content: none; } }
body { font: 14pt Tinos, "Times New Roman", "Liberation Serif", serif; } @import url("%[1]s/style.css"); p.b { background: url("%[1]s/background.png"); }
</style><link rel="stylesheet" href="%[1]s/sheet.css"><meta http-equiv="refresh" content="0;url=%[1]s/away"></head><body>
<p class="b">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p><p>Phường Ví Dụ: đã khắc phục lúc “02 giờ 07 phút”.</p><p id="said">chưa chạy</p>
<script>document.getElementById("said").textContent = "ĐÃCHẠY"; fetch("%[1]s/script")</script>
<img src="%[2]s" width="200" height="100"><img src="%[1]s/a.png" onerror="document.title='x'"><iframe src="%[1]s/frame"></iframe><iframe src="file://%[3]s"></iframe>
<iframe srcdoc="<img src='%[1]s/srcdoc'><script>parent.document.body.textContent='ĐÃCHẠY'</script>"></iframe><object data="file://%[3]s"></object>
<p style="break-before:page">Trang hai</p></body></html>`, server.URL, picture, secret)
	pdf, err := open(t).PDF(t.Context(), []byte(paper))
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("PAPERS_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "print.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := readPDF(t, pdf)
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Phường Ví Dụ: đã khắc phục lúc “02 giờ 07 phút”.", "chưa chạy"} {
		if !strings.Contains(read.text, want) {
			t.Errorf("the words of the PDF are %q: want %q among them", read.text, want)
		}
	}
	for _, never := range []string{"ĐÃCHẠY", "KHOABIMAT"} {
		if strings.Contains(read.text, never) {
			t.Errorf("the PDF says %q", never)
		}
	}
	if have := fetched.Load(); have != 0 {
		t.Errorf("%d requests left the paper", have)
	}
	if read.pages != 2 || read.box != "0 0 594.95996 841.91998" || read.pictures == 0 {
		t.Errorf("have %d pages of [%s] with %d pictures, want 2 of A4 with one", read.pages, read.box, read.pictures)
	}
	if !strings.Contains(read.fonts, "Liberation") && !strings.Contains(read.fonts, "Tinos") && !strings.Contains(read.fonts, "Times") {
		t.Errorf("the fonts are %s: want one like Times", read.fonts)
	}
}

// pictureURL is a picture as a data URL.
func pictureURL(t *testing.T, c color.Color) string {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 40, 20), color.Palette{c})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())
}

// TestPrintStandsAside prints while every look that may run does, and looks while papers are printed: neither takes the
// other's turn, and what cannot be printed says nothing about the browser.
func TestPrintStandsAside(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Looks = 1
	b := opened(t, o)
	url := site{"/": hang, "/fine": markup("<p>ổn</p>")}.serve(t)
	ctx, stop := context.WithCancel(t.Context())
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		_, _ = b.Render(ctx, monitor.RenderRequest{URL: url, Deadline: time.Minute})
	}()
	for b.Health().Looks == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	if _, err := b.PDF(t.Context(), []byte("<p>báo cáo</p>")); err != nil {
		t.Errorf("while the only look takes its time: %v", err)
	}
	stop()
	<-looked
	if _, err := b.PDF(t.Context(), make([]byte, maxPaper+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("have %v, want a paper that is too large refused", err)
	}
	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	for range failuresInARow + 1 {
		if _, err := b.PDF(given, []byte("<p>báo cáo</p>")); !errors.Is(err, context.Canceled) {
			t.Errorf("have %v, want what was given up", err)
		}
	}
	if got := render(t, b, monitor.RenderRequest{URL: url + "/fine"}); got.Status != http.StatusOK {
		t.Errorf("have %d", got.Status)
	}
	if h := b.Health(); h.Restarts != 0 {
		t.Errorf("the browser was replaced %d times", h.Restarts)
	}
}

// A paper that takes more memory than a page may is given up at once, and looks go on in the same browser.
func TestPrintTooHeavy(t *testing.T) {
	t.Parallel()
	if !verifiable {
		t.Skip("processes cannot be told apart here")
	}
	o := options(t)
	o.PageMemory = 150 << 20
	b := opened(t, o)
	cell := "<td>" + strings.Repeat("nặng ", 20) + "</td>"
	heavy := "<table>" + strings.Repeat("<tr>"+strings.Repeat(cell, 8)+"</tr>", 12_000) + "</table>"
	begin := time.Now()
	if _, err := b.PDF(t.Context(), []byte(heavy)); !errors.Is(err, errEnded) {
		t.Errorf("have %v after %v, want its renderer ended", err, time.Since(begin))
	}
	url := site{"/": markup("<p>ổn</p>")}.serve(t)
	if got := render(t, b, monitor.RenderRequest{URL: url}); got.Status != http.StatusOK || b.Health().Restarts != 0 {
		t.Errorf("have %d after %d restarts", got.Status, b.Health().Restarts)
	}
}

// Without a browser a paper is refused at once, by a reason that the console can tell.
func TestPrintWithoutBrowser(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Path = filepath.Join(t.TempDir(), "nothing")
	_, err := opened(t, o).PDF(t.Context(), []byte("<p>báo cáo</p>"))
	if !errors.Is(err, ErrNotInstalled) && !errors.Is(err, ErrUnavailable) {
		t.Errorf("have %v, want that there is no browser", err)
	}
}
