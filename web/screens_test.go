package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/monitor/chrome"
	"canhcong/monitor/egress"
	"canhcong/notify"
	"canhcong/targets"
)

// TestScreens builds a province of sixty portals in every state and takes pictures of the console, for people to look at:
//
//	SCREENS_DIR=/tmp/screens SCREENS_ONLY=look go test -run TestScreens ./web
func TestScreens(t *testing.T) {
	dir := os.Getenv("SCREENS_DIR")
	if dir == "" {
		t.Skip("SCREENS_DIR is not set")
	}
	shell, err := chrome.Find("")
	if err != nil {
		t.Skipf("no browser: %v", err)
	}
	must(t, os.MkdirAll(dir, 0o755))
	h := newHouseWith(t, notify.Options{Carriers: map[string]notify.Sender{"telegram": pigeon{}, "mail": pigeon{}}})
	town := province(h)
	officer := h.person("quantri", notify.Admin, 0)
	for channel, recipient := range map[string]string{"telegram": "4711", "mail": "quantri@tinhmau.gov.vn"} {
		_, err := h.desk.AddAddress(t.Context(), notify.Address{PersonID: officer.ID, Channel: channel, Recipient: recipient})
		must(t, err)
	}
	h.person("webmaster", notify.Webmaster, town.unit)
	serve := func(h *house, login string) string {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c := h.cookies[login]; c != nil {
				r.AddCookie(c)
			}
			if c := os.Getenv("SCREENS_LANGUAGE"); c != "" {
				r.AddCookie(&http.Cookie{Name: languageCookie, Value: c})
			}
			h.handler.ServeHTTP(w, r)
		}))
		t.Cleanup(srv.Close)
		return srv.URL
	}
	server := func(login string) string { return serve(h, login) }
	admin, webmaster, nobody := server("quantri"), server("webmaster"), server("")
	mine := h.fortnight()
	other := newHouse(t)
	other.person("quantri", notify.Admin, 0)
	band := other.group()
	_, err = h.registry.ImportContacts(t.Context(), strings.NewReader("unit,name,duty,phone,mailbox\nỦy ban nhân dân phường Ví Dụ,Chị Mẫu,văn phòng,0000 000 001,vanphong@tinhmau.example\n"+
		"Nhà mạng Ví Dụ,Anh Mẫu,trực 24/7,0000 000 002,\n"), "quantri", false)
	must(t, err)
	screens := []struct{ name, address string }{
		{"login", nobody + "/login"}, {"manual", nobody + "/manual"}, {"first", nobody + "/first-login"}, {"wall", admin + "/"}, {"tiles", admin + "/?view=tiles"}, {"site", admin + fmt.Sprintf("/sites/%d", town.defaced)},
		{"baselines", webmaster + fmt.Sprintf("/sites/%d/baselines", town.defaced)}, {"look-defaced", admin + fmt.Sprintf("/looks/%d", town.defacedLook)}, {"look-changed", webmaster + fmt.Sprintf("/looks/%d", town.changedLook)},
		{"look-injected", webmaster + fmt.Sprintf("/looks/%d", town.injectedLook)}, {"look-probe", admin + fmt.Sprintf("/looks/%d", town.heardProbe)}, {"look-offer", admin + fmt.Sprintf("/looks/%d", town.offeredLook)},
		{"incidents", admin + "/incidents"}, {"group", serve(other, "quantri") + fmt.Sprintf("/groups/%d", band.ID)}, {"reports", admin + "/reports"}, {"contacts", admin + "/contacts"}, {"incident", admin + fmt.Sprintf("/incidents/%d", town.incident)}, {"approvals", admin + "/approvals"},
		{"approvals-unit", webmaster + "/approvals"}, {"person", admin + fmt.Sprintf("/people/%d", officer.ID)}, {"alerts", admin + "/alerts"}, {"events", admin + "/events"}, {"periods", admin + "/periods"}, {"holidays", admin + "/holidays"}, {"period", admin + "/periods/1"}, {"allow", admin + fmt.Sprintf("/sites/%d/allow", town.defaced)}, {"events-unit", webmaster + "/events"}, {"people", admin + "/people"}, {"audit", admin + "/audit"}, {"newsite", admin + "/sites/new"}, {"missing", admin + "/nowhere"},
		{"roster", server("truc1") + "/roster"}, {"roster-admin", admin + "/roster"}, {"roster-print", admin + "/roster?view=print"}, {"roster-shift", server("truc1") + fmt.Sprintf("/roster/%d", mine.ID)},
	}
	for _, screen := range screens {
		shoot(t, shell, filepath.Join(dir, screen.name), screen.address)
	}
	_, err = h.desk.Count(t.Context(), town.incident, time.Now().Add(-25*time.Hour), "quantri", "đơn vị gọi báo từ hôm qua")
	must(t, err)
	shoot(t, shell, filepath.Join(dir, "wall-clocks"), admin+"/")
	for _, n := range []notify.Notice{{Kind: notify.NoticeBlind, Since: time.Now().Add(-31 * time.Minute), Detail: "0/5", Sites: 60},
		{Kind: notify.NoticeDisk, Detail: "4,8% (1,2 GB) ở thư mục dữ liệu"}, {Kind: notify.NoticeBrowser}, {Kind: notify.NoticeBrowser, Until: time.Now().Add(time.Minute)}} {
		must(t, h.desk.Declare(t.Context(), n))
	}
	shoot(t, shell, filepath.Join(dir, "wall-blind"), admin+"/")
	shoot(t, shell, filepath.Join(dir, "alerts-blind"), admin+"/alerts")
}

// fortnight fills two weeks of the roster, with holes, and returns the shift that lasts now, of "truc1".
func (h *house) fortnight() (mine notify.Shift) {
	var crew []notify.Person
	for n := range 4 {
		crew = append(crew, h.person(fmt.Sprintf("truc%d", n+1), notify.Duty, 0))
	}
	boss := h.person("lanhdao", notify.Leader, 0)
	now := time.Now()
	_, err := h.registry.DeclarePeriod(h.t.Context(), targets.Period{Name: "Tết Đinh Mùi", From: now, Until: now.AddDate(0, 0, 10), DeclaredBy: "quantri"})
	must(h.t, err)
	first := monday(now)
	h.shiftOf(boss, notify.TierLeader, first.Add(7*time.Hour+30*time.Minute), 14*24*time.Hour)
	for n := range 28 {
		from := first.Add(time.Duration(n)*12*time.Hour + 7*time.Hour + 30*time.Minute)
		if n%9 == 7 || n > 24 {
			continue
		}
		who := crew[n%3]
		if on := (notify.Span{From: from, Until: from.Add(12 * time.Hour)}); !now.Before(on.From) && now.Before(on.Until) {
			who = crew[0]
		}
		one := h.shiftOf(who, notify.TierWatch, from, 12*time.Hour)
		if one.On(now) {
			mine = one
		}
		if n%2 == 0 {
			h.shiftOf(crew[3], notify.TierTechnical, from, 24*time.Hour)
		}
	}
	before, err := h.desk.Shifts(h.t.Context(), notify.Span{From: mine.From.Add(-time.Minute), Until: mine.From})
	must(h.t, err)
	for _, one := range before {
		if one.Tier == notify.TierWatch {
			_, err := h.desk.HandOver(h.t.Context(), one.ID, "Xã Mẫu Mực báo bảo trì từ 22:00 đến 23:00, chị Hạnh phụ trách.\nPhường Ví Dụ đã gọi webmaster, đang gỡ mã lạ.")
			must(h.t, err)
		}
	}
	later, err := h.desk.Shifts(h.t.Context(), notify.Span{From: now.AddDate(0, 0, 1), Until: now.AddDate(0, 0, 2)})
	must(h.t, err)
	_, err = h.desk.Swap(h.t.Context(), notify.Swap{ShiftID: later[0].ID, To: crew[3].ID, By: "quantri", Reason: "con ốm"})
	must(h.t, err)
	return mine
}

// shoot takes pictures of a page in the widths of a phone, a laptop and a wall.
func shoot(t *testing.T, shell, name, address string) {
	t.Helper()
	if !strings.Contains(filepath.Base(name), os.Getenv("SCREENS_ONLY")) {
		return
	}
	for _, size := range []struct{ w, h int }{{390, 844}, {1366, 768}, {1920, 1080}} {
		height := size.h
		if times, err := strconv.Atoi(os.Getenv("SCREENS_TALL")); err == nil {
			height *= times // to the end of a page
		}
		args := []string{"--no-sandbox", "--disable-gpu", "--hide-scrollbars", fmt.Sprintf("--window-size=%d,%d", size.w, height), fmt.Sprintf("--screenshot=%s-%d.png", name, size.w)}
		if os.Getenv("SCREENS_DARK") != "" {
			args = append(args, "--blink-settings=preferredColorScheme=0")
		}
		if out, err := exec.CommandContext(t.Context(), shell, append(args, address)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// town names what is interesting in the province.
type town struct {
	unit, defaced, incident                             int64
	defacedLook, changedLook, injectedLook, offeredLook int64
	heardProbe                                          int64
}

// scene is a page of a portal to render: the fields of testdata/portal.html.
type scene struct {
	Name, Title, Colour, Banner string
	Injected                    []string
}

// province fills a house with sixty invented portals. Three real renderings are enough: the rest are their copies.
func province(h *house) town {
	t := h.t
	names := []string{"phường Ví Dụ", "phường Thí Điểm", "xã Mẫu Mực", "xã Minh Họa", "phường Nháp", "xã Bản Thảo"}
	base := scene{Name: "PHƯỜNG VÍ DỤ", Title: "Cổng thông tin điện tử phường Ví Dụ", Colour: "#a3211b"}
	banner, spam := base, base
	banner.Banner = "Chào mừng Ngày hội Chuyển đổi số tỉnh Tỉnh Mẫu"
	spam.Injected = []string{"bong88bet.example", "kubet-vip.example", "sunwin-club.example", "taixiu-md5.example", "lode-online.example", "nohu-win.example"}
	blue := scene{Name: "XÃ MẪU MỰC", Title: "Trang thông tin điện tử xã Mẫu Mực", Colour: "#1c5f8f"}
	pages := render(t, base, banner, spam, blue)
	now := time.Now()
	var out town
	certificate := &monitor.Certificate{NotAfter: now.Add(300 * 24 * time.Hour), Issuer: "Example CA", Subject: "*.tinhmau.gov.vn"}
	up := monitor.Observation{Outcome: monitor.OK, Status: 200, Certificate: certificate, Timings: &monitor.Timings{Total: 300 * time.Millisecond}}
	for i := range 60 {
		name := fmt.Sprintf("Cổng thông tin điện tử %s %d", names[i%len(names)], i/len(names)+1)
		priority := targets.Priority(1 + min(i%7, 2))
		one, err := h.registry.Add(t.Context(), targets.Draft{URL: fmt.Sprintf("https://portal%02d.tinhmau.gov.vn", i), Name: name, Unit: "Ủy ban nhân dân " + names[i%len(names)], Priority: priority, Profile: hasty})
		must(t, err)
		up.FinalURL = one.URL
		page := pages[0]
		if i%2 == 1 {
			page = pages[3]
		}
		if i >= 57 {
			continue // just added
		}
		first := page
		if i == 50 {
			first = pages[2] // infected on the day it is registered
		}
		c := h.learn(one, now.Add(-3*time.Hour), first)
		if i >= 48 && i < 54 {
			out.offeredLook = c.Baseline.ObservationID
			h.probe(one, now.Add(-time.Minute), up)
			continue
		}
		h.approve(c)
		at := now.Add(-time.Duration(20+i) * time.Minute)
		switch i {
		case 0:
			out.defaced, out.unit = one.ID, one.Unit.ID
			h.renewed(h.look(one, at.Add(-time.Hour), pages[1]))
			out.defacedLook = twice(h, one, at, pages[4])
		case 6:
			out.injectedLook = twice(h, one, at, pages[2])
			heard := up
			heard.Wire = &monitor.Wire{Words: []string{"nhà cái", "tài xỉu"}, Hosts: []string{"bong88bet.example"},
				Servers: []monitor.Server{{Name: "portal06.tinhmau.gov.vn:443", Address: netip.MustParseAddr("192.0.2.6"),
					Unreached: []monitor.Unreached{{Address: netip.MustParseAddr("2001:db8::6"), Reason: "connection refused"}}}}}
			out.heardProbe = h.probe(one, now.Add(-time.Minute), heard)
			continue
		case 12, 18:
			out.changedLook = twice(h, one, at, pages[1])
		case 3, 9:
			for n := range 5 {
				h.probe(one, at.Add(time.Duration(n)*time.Minute), monitor.Observation{Depth: monitor.Render, Outcome: monitor.Down, Cause: monitor.CauseTimeout, Detail: "dial: i/o timeout"})
			}
			continue
		case 5:
			soon := up
			soon.Certificate = &monitor.Certificate{NotAfter: now.Add(4 * 24 * time.Hour), Issuer: "Example CA", Subject: "portal05.tinhmau.gov.vn"}
			h.probe(one, now.Add(-time.Minute), soon)
			continue
		case 7:
			h.probe(one, now.Add(-time.Minute), monitor.Observation{Outcome: monitor.Blocked, Status: 403})
			continue
		default:
			h.look(one, at, page)
		}
		h.probe(one, now.Add(-time.Duration(i)*time.Second), up)
	}
	h.declared(targets.AppearanceEvent{Kind: targets.Mourning, Reason: "Công điện số 12/CĐ-UBND về tổ chức Quốc tang"})
	h.declared(targets.AppearanceEvent{UnitID: out.unit, Reason: "Băng rôn Ngày hội Chuyển đổi số của phường"})
	_, err := h.registry.EndAppearance(t.Context(), h.declared(targets.AppearanceEvent{SiteID: out.defaced, Kind: targets.Redesign, Reason: "Giao diện mới theo kế hoạch nâng cấp"}), "quantri")
	must(t, err)
	live, err := h.desk.Incidents(t.Context(), notify.Filter{SiteID: out.defaced})
	must(t, err)
	if len(live) > 0 {
		out.incident = live[0].ID
	}
	return out
}

// renewed approves a later look, as a version of its own.
func (h *house) renewed(o monitor.Observation) {
	h.t.Helper()
	_, err := h.judge.Approve(h.t.Context(), baseline.Decision{SiteID: o.Site.ID, ObservationID: o.ID, ContentHash: baseline.ContentHash(o), By: "webmaster",
		Reason: "Treo băng rôn, ảnh sự kiện: Ngày hội Chuyển đổi số"})
	must(h.t, err)
}

func twice(h *house, one targets.Site, at time.Time, r monitor.Rendering) int64 {
	h.look(one, at, r)
	return h.look(one, at.Add(10*time.Second), r).ID
}

// render returns the renderings of the scenes and, last, of the defaced page.
func render(t testing.TB, scenes ...scene) []monitor.Rendering {
	browser, err := chrome.New(chrome.Options{NoSandbox: os.Geteuid() == 0, Egress: egress.Policy{Loopback: true}})
	must(t, err)
	defer browser.Close()
	page := template.Must(template.ParseFiles("testdata/portal.html"))
	var body bytes.Buffer
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(body.Bytes())
	}))
	defer srv.Close()
	var out []monitor.Rendering
	one := func() {
		r, err := browser.Render(t.Context(), monitor.RenderRequest{URL: srv.URL + "/", Deadline: 30 * time.Second})
		must(t, err)
		out = append(out, r)
		body.Reset()
	}
	for _, sc := range scenes {
		must(t, page.Execute(&body, map[string]any{"Name": sc.Name, "Title": sc.Title, "Colour": template.CSS(sc.Colour), "Banner": sc.Banner, "Injected": sc.Injected}))
		one()
	}
	raw, err := os.ReadFile("testdata/defaced.html")
	must(t, err)
	body.Write(raw)
	one()
	return out
}
