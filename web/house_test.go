package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// house is the whole chain behind a console, with a real database and real rooms.
type house struct {
	t        testing.TB
	registry *targets.Registry
	archive  *monitor.Archive
	judge    *baseline.Judge
	desk     *notify.Desk
	console  *Server
	handler  http.Handler
	asked    []int64 // sites a look was asked for
	folder   string  // of the archive
	cookies  map[string]*http.Cookie
}

// hasty is a profile whose looks agree as soon as they follow each other.
const hasty = "vội"

func newHouse(t testing.TB, channels ...notify.Channel) *house {
	t.Helper()
	return newHouseWith(t, notify.Options{Channels: channels})
}

func newHouseWith(t testing.TB, o notify.Options) *house {
	t.Helper()
	h := &house{t: t, cookies: map[string]*http.Cookie{}, folder: t.TempDir()}
	db := targetstest.DB(t)
	h.registry = targets.New(db)
	var err error
	must(t, h.registry.SaveProfile(t.Context(), targets.Profile{Name: hasty, ProbeEvery: time.Second, RenderEvery: time.Hour,
		Recheck: []time.Duration{time.Millisecond}, Confirm: []time.Duration{time.Millisecond}, LearnEvery: time.Minute, LearnLooks: 5}))
	h.archive, err = monitor.NewArchive(db, h.folder)
	must(t, err)
	t.Cleanup(func() { h.archive.Close() })
	h.judge = baseline.New(h.registry, h.archive, []byte("a key of the test"), func(ctx context.Context, v baseline.Verdict) (monitor.Again, error) {
		return h.desk.Handle(ctx, v)
	})
	h.desk = notify.New(h.registry, h.archive, h.judge, o)
	h.console = New(Options{Registry: h.registry, Archive: h.archive, Judge: h.judge, Desk: h.desk,
		LookNow: func(_ context.Context, id int64) error { h.asked = append(h.asked, id); return nil },
		Log:     slog.New(slog.NewTextHandler(t.Output(), nil))})
	h.handler = h.console.Handler()
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site adds a site that belongs to a unit.
func (h *house) site(address, name, unit string) targets.Site {
	h.t.Helper()
	one, err := h.registry.Add(h.t.Context(), targets.Draft{URL: address, Name: name, Unit: unit, Profile: hasty})
	must(h.t, err)
	return one
}

// person adds a person and opens a session for them, without the price of a password.
func (h *house) person(login string, role notify.Role, unitID int64) notify.Person {
	h.t.Helper()
	p, err := h.desk.AddPerson(h.t.Context(), notify.Person{Login: login, Name: "Người " + login, Role: role, UnitID: unitID})
	must(h.t, err)
	token, hash := newToken()
	now := time.Now()
	must(h.t, h.console.store.openSession(h.t.Context(), hash, p.ID, now, now.Add(time.Hour)))
	h.cookies[login] = &http.Cookie{Name: h.console.cookieName(), Value: token}
	return p
}

// get asks for a page as somebody; "" is nobody.
func (h *house) get(login, path string) *httptest.ResponseRecorder {
	return h.do(login, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
}

// post sends a form as somebody, from a page of the console.
func (h *house) post(login, path string, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return h.do(login, r)
}

func (h *house) do(login string, r *http.Request) *httptest.ResponseRecorder {
	if c := h.cookies[login]; c != nil {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// look stores what a look saw and sends it down the chain.
func (h *house) look(one targets.Site, at time.Time, r monitor.Rendering) monitor.Observation {
	h.t.Helper()
	o, err := h.tryLook(one, at, r)
	must(h.t, err)
	return o
}

// tryLook is look, with the trouble that the judge reports beside its verdict.
func (h *house) tryLook(one targets.Site, at time.Time, r monitor.Rendering) (monitor.Observation, error) {
	h.t.Helper()
	o := monitor.Observation{Site: one, Depth: monitor.Render, At: at, Took: 2 * time.Second, Outcome: monitor.OK, Status: 200, FinalURL: one.URL}
	page := r.Page
	page.Visual = measure(h.t, r.Screenshot)
	o.Page = &page
	must(h.t, h.archive.Save(h.t.Context(), &o, r))
	_, err := h.judge.Handle(h.t.Context(), o)
	return o, err
}

// measured keeps what was measured: the few pictures of these tests are looked at again and again.
var measured sync.Map

func measure(t testing.TB, screenshot []byte) *monitor.Visual {
	if v, ok := measured.Load(string(screenshot)); ok {
		return v.(*monitor.Visual)
	}
	v, err := monitor.Measure(screenshot)
	must(t, err)
	measured.Store(string(screenshot), v)
	return v
}

// probe stores a look that brought back no page: one without a browser, unless it says otherwise.
func (h *house) probe(one targets.Site, at time.Time, o monitor.Observation) int64 {
	h.t.Helper()
	o.Site, o.Depth, o.At = one, cmp.Or(o.Depth, monitor.Probe), at
	must(h.t, h.archive.Save(h.t.Context(), &o, monitor.Rendering{}))
	_, err := h.judge.Handle(h.t.Context(), o)
	must(h.t, err)
	return o.ID
}

// learn makes as many looks at a page as it takes until a baseline is offered, and returns it.
func (h *house) learn(one targets.Site, at time.Time, r monitor.Rendering) baseline.Candidate {
	h.t.Helper()
	for n := range 8 {
		r.RealTime = n == 1
		h.look(one, at.Add(time.Duration(n)*time.Minute), r)
		c, ok, err := h.judge.Candidate(h.t.Context(), one.ID)
		must(h.t, err)
		if ok {
			return c
		}
	}
	h.t.Fatalf("no baseline of %s was offered after 8 looks", one.URL)
	return baseline.Candidate{}
}

// approve makes a candidate the baseline.
func (h *house) approve(c baseline.Candidate) {
	h.t.Helper()
	_, err := h.judge.Approve(h.t.Context(), baseline.Decision{SiteID: c.Baseline.SiteID, ObservationID: c.Baseline.ObservationID, ContentHash: c.Baseline.ContentHash, By: "admin", Reason: "bản đầu tiên"})
	must(h.t, err)
}

// watched adds a site with an approved baseline.
func (h *house) watched(address, name, unit string) targets.Site {
	h.t.Helper()
	one := h.site(address, name, unit)
	h.approve(h.learn(one, time.Now().Add(-time.Hour), portal(name)))
	return one
}

// portal is a page of an invented unit, drawn by hand.
func portal(name string) monitor.Rendering {
	p := monitor.Page{Title: name, Lang: "vi", Width: 1366, Height: 1600, Nodes: 300, Hosts: map[monitor.Role][]string{}, TagPaths: map[string]int{}}
	lines := []string{name, "Trang chủ", "Giới thiệu", "Tin tức sự kiện", "Văn bản chỉ đạo điều hành", "Dịch vụ công trực tuyến", "Liên hệ",
		"Khai mạc hội nghị tổng kết công tác cải cách hành chính", "Lịch tiếp công dân của lãnh đạo trong tháng tới",
		"Hướng dẫn nộp hồ sơ trực tuyến toàn trình cho người dân", "Thông báo lịch cắt điện phục vụ sửa chữa lưới điện",
		"Ra quân vệ sinh môi trường trồng cây xanh đầu xuân", "Đăng ký khai sinh và chứng thực bản sao tại bộ phận một cửa",
		"Cơ quan chủ quản Ủy ban nhân dân tỉnh Tỉnh Mẫu", "Ghi rõ nguồn khi phát hành lại thông tin từ trang này"}
	for i, text := range lines {
		path := fmt.Sprintf("body/main/section.s%d/p", i/3)
		at := monitor.Rect{X: 40, Y: 20 + i*48, W: 900, H: 40}
		p.Blocks = append(p.Blocks, monitor.Block{Path: path, Tag: "p", Text: text, Rect: at, Font: 16})
		p.Links = append(p.Links, monitor.Link{URL: fmt.Sprintf("https://phuongvidu.tinhmau.gov.vn/muc/%d", i), Text: text, Path: path + "/a", Rect: at})
		p.TagPaths[path]++
	}
	return monitor.Rendering{Page: p, Status: 200, Screenshot: bluePicture()}
}

// injected is the same page with hidden links to betting sites.
func injected(name string) monitor.Rendering {
	r := portal(name)
	for i := range 12 {
		address := fmt.Sprintf("https://bong%dbet.example/", i)
		r.Links = append(r.Links, monitor.Link{URL: address, Text: fmt.Sprintf("nhà cái uy tín tài xỉu online %d", i), Path: "body/div/a", Hidden: "position"})
		r.Blocks = append(r.Blocks, monitor.Block{Path: "body/div", Tag: "div", Text: fmt.Sprintf("nhà cái uy tín tài xỉu online %d", i), Hidden: "position"})
		r.Hosts[monitor.RoleLink] = append(r.Hosts[monitor.RoleLink], fmt.Sprintf("bong%dbet.example", i))
	}
	return r
}

// defaced is a page that says so.
func defaced() monitor.Rendering {
	const text = "HACKED BY X0rN00b"
	p := monitor.Page{Title: hostileTitle, Width: 1366, Height: 768, Nodes: 9, Hosts: map[monitor.Role][]string{}, TagPaths: map[string]int{"body/h1": 1},
		Blocks:  []monitor.Block{{Path: "body/h1", Tag: "h1", Text: text, Rect: monitor.Rect{X: 200, Y: 200, W: 900, H: 90}, Font: 64}},
		Dialogs: []monitor.Dialog{{Kind: "alert", Text: text}}}
	return monitor.Rendering{Page: p, Status: 200, Screenshot: blackPicture()}
}

const hostileTitle = "Hacked By X0r\u202eN00b</title><script>alert(1)</script><img src=x onerror=alert(2)>"

// bannered is the same page with a harmless notice more.
func bannered(name string) monitor.Rendering {
	r := portal(name)
	r.Blocks = append(r.Blocks, monitor.Block{Path: "body/div.b", Tag: "div", Text: "Chào mừng ngày hội toàn dân rèn luyện thân thể", Rect: monitor.Rect{X: 0, Y: 700, W: 1366, H: 60}, Font: 20})
	return r
}

var (
	bluePicture  = sync.OnceValue(func() []byte { return picture(color.RGBA{30, 90, 140, 255}, 15) })
	blackPicture = sync.OnceValue(func() []byte { return picture(color.RGBA{0, 0, 0, 255}, 1) })
)

func picture(c color.RGBA, lines int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, monitor.ViewportWidth, monitor.ViewportHeight))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, monitor.ViewportWidth, 90), image.NewUniform(c), image.Point{}, draw.Src)
	if lines == 1 {
		draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	}
	for i := range lines {
		draw.Draw(img, image.Rect(40, 110+i*44, 400+37*i, 130+i*44), image.NewUniform(color.RGBA{90, 90, 90, 255}), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err)
	}
	return out.Bytes()
}
