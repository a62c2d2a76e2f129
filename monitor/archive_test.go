package monitor

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// picture draws a screenshot: horizontal bands, so that it is not flat.
func picture(t testing.TB, seed uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, ViewportWidth, ViewportHeight))
	for y := range ViewportHeight {
		for x := range ViewportWidth {
			img.SetRGBA(x, y, color.RGBA{uint8(y/64*20) + seed, uint8(x / 128 * 16), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func newArchive(t testing.TB) (*Archive, targets.Site, string) {
	t.Helper()
	db := targetstest.DB(t)
	dir := filepath.Join(t.TempDir(), "artefacts")
	a, err := NewArchive(db, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a, targetstest.Site(t, targets.New(db), "http://phuongvidu.tinhmau.gov.vn", "Phường Ví Dụ"), dir
}

func TestArchiveGivesBackWhatItWasGiven(t *testing.T) {
	a, site, _ := newArchive(t)
	shot := picture(t, 0)
	visual, err := Measure(shot)
	if err != nil {
		t.Fatal(err)
	}
	want := Observation{
		Site: site, Depth: Render, At: time.UnixMilli(1_800_000_000_000).UTC(), Took: 700 * time.Millisecond, Outcome: OK, Status: 200,
		FinalURL: site.URL, Certificate: &Certificate{NotAfter: time.UnixMilli(1_900_000_000_000).UTC(), Problem: CertificateExpired},
		Page: &Page{Title: "Cổng", Blocks: []Block{{Tag: "h1", Text: "Tin tức"}}, Hosts: map[Role][]string{RoleScript: {"cdn.example"}}, Visual: visual},
	}
	have := want
	if err := a.Save(t.Context(), &have, Rendering{Screenshot: shot}); err != nil {
		t.Fatal(err)
	}
	got, err := a.Observation(t.Context(), have.ID)
	if err != nil {
		t.Fatal(err)
	}
	got.At = got.At.UTC()
	if !reflect.DeepEqual(got, have) {
		t.Errorf("have %+v\nwant %+v", got, have)
	}
	if b, err := a.Artefact(have.Screenshot); err != nil || !bytes.Equal(b, shot) {
		t.Errorf("the screenshot came back changed (%v)", err)
	}
	list, err := a.Observations(t.Context(), site.ID, 5)
	if err != nil || len(list) != 1 || list[0].Page != nil || list[0].PageHash != have.PageHash {
		t.Errorf("have list %+v (%v), want the one observation without its page", list, err)
	}
}

func TestArchiveKeepsAnUnchangedPictureOnce(t *testing.T) {
	a, site, dir := newArchive(t)
	for range 3 {
		o := Observation{Site: site, Depth: Render, At: time.Now(), Outcome: OK, Page: &Page{Title: "như cũ"}}
		if err := a.Save(t.Context(), &o, Rendering{Screenshot: picture(t, 1)}); err != nil {
			t.Fatal(err)
		}
	}
	files := 0
	filepath.WalkDir(dir, func(_ string, d os.DirEntry, _ error) error {
		if !d.IsDir() {
			files++
		}
		return nil
	})
	if files != 2 {
		t.Errorf("have %d artefact files, want 2: a page and a picture", files)
	}
}

func TestArchiveNoticesDamage(t *testing.T) {
	a, site, dir := newArchive(t)
	o := Observation{Site: site, Depth: Render, At: time.Now(), Outcome: OK, Page: &Page{}}
	if err := a.Save(t.Context(), &o, Rendering{Screenshot: picture(t, 2)}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, artefactPath(o.Screenshot)), []byte("khác"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Artefact(o.Screenshot); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("have error %v, want one that says the file is damaged", err)
	}
	for _, name := range []string{"", "../../etc/passwd", "zz"} {
		if _, err := a.Artefact(name); !errors.Is(err, ErrNotFound) {
			t.Errorf("Artefact(%q): have error %v, want not found", name, err)
		}
	}
}

func TestMeasure(t *testing.T) {
	v, err := Measure(picture(t, 0))
	if err != nil {
		t.Fatal(err)
	}
	if v.Flat || v.DHash == [4]uint64{} || v.Colour == 0 {
		t.Errorf("have %+v, want a picture with structure and colour", v)
	}
	var white bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 100, 100))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	png.Encode(&white, img)
	if v, err = Measure(white.Bytes()); err != nil || !v.Flat || v.White != 1 {
		t.Errorf("a white page: have %+v (%v), want flat and all white", v, err)
	}
	if _, err := Measure([]byte("không phải ảnh")); err == nil {
		t.Error("want an error for bytes that are no picture")
	}
}

func BenchmarkMeasure(b *testing.B) {
	shot := picture(b, 0)
	for b.Loop() {
		if _, err := Measure(shot); err != nil {
			b.Fatal(err)
		}
	}
}

func TestArchiveTakesTheSameBytesFromMany(t *testing.T) {
	a, _, _ := newArchive(t)
	var all sync.WaitGroup
	for i := range 40 {
		shot := []byte{byte(i / 8)}
		for range 4 {
			all.Go(func() {
				if _, err := a.put(shot); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
}
