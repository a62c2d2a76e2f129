package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"canhcong/targets"
)

// siteCommand registers the portals that are watched.
type siteCommand struct {
	Import siteImport `cmd:"" help:"Add the portals of a list (CSV or Excel); its header says url (địa chỉ), name, unit, priority, note. Exit 1 when a row was bad."`
	Add    siteAdd    `cmd:"" help:"Add one portal."`
	List   siteList   `cmd:"" help:"List the watched portals."`
	Show   siteShow   `cmd:"" help:"Show everything that is registered about a portal."`
	Allow  siteAllow  `cmd:"" help:"Say what a portal may be reached at besides the public web: networks such as 10.20.0.0/16:443. Replaces what was allowed before."`
	Remove siteRemove `cmd:"" help:"Stop watching a portal; its history stays."`
}

type siteImport struct {
	File   string `arg:"" help:"CSV file in UTF-8 with commas, semicolons or tabs, or an Excel workbook (.xlsx)."`
	DryRun bool   `help:"Say what would happen and write nothing."`
}

// Run imports the file and prints what became of its rows. The error says how many were bad.
func (c siteImport) Run(a *app) error {
	file, err := os.Open(c.File)
	if err != nil {
		return said{err, fmt.Sprintf(a.in("Không mở được tệp %s: %v", "The file %s cannot be opened: %v"), c.File, errors.Unwrap(err))}
	}
	defer file.Close()
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	report, err := registry.Import(a.ctx, file, c.DryRun)
	if err != nil {
		return inWords(err, a.lang)
	}
	if err := a.printImport(report, c.DryRun); err != nil {
		return err
	}
	if n := len(report.Bad); n > 0 {
		return errors.New(a.in(fmt.Sprintf("%d dòng chưa nhập được", n), fmt.Sprintf("%d rows could not be imported", n)))
	}
	return nil
}

func (a *app) printImport(report targets.ImportReport, dryRun bool) error {
	if len(report.Added) > 0 {
		if err := a.printSites(report.Added); err != nil {
			return err
		}
	}
	a.printRows("Đã có, không thêm:", "Known already, not added:", report.Known)
	a.printRows("Dòng lỗi, không thêm:", "Bad rows, not added:", report.Bad)
	if dryRun {
		a.say("Chạy thử, chưa ghi gì: sẽ thêm %d cổng, %d đã có, %d dòng lỗi.", "Dry run, nothing written: %d portals would be added, %d are known, %d rows are bad.",
			len(report.Added), len(report.Known), len(report.Bad))
		return nil
	}
	a.say("Đã thêm %d cổng, %d đã có, %d dòng lỗi.", "%d portals added, %d known already, %d bad rows.",
		len(report.Added), len(report.Known), len(report.Bad))
	return nil
}

func (a *app) printRows(vietnamese, english string, rows []targets.ImportRow) {
	if len(rows) == 0 {
		return
	}
	a.say(vietnamese, english)
	for _, row := range rows {
		a.say("  dòng %d: %s  %s", "  line %d: %s  %s", row.Line, row.URL, row.Text(a.lang))
	}
}

type siteAdd struct {
	URL      string `arg:"" help:"Address of the home page."`
	Name     string `help:"What people call it (default: the host name)."`
	Unit     string `help:"The agency that owns it."`
	Priority string `help:"cao, thường, thấp or high, normal, low or 1, 2, 3."`
	Note     string `help:"Anything worth remembering."`
	Profile  string `help:"The pace of looking (default: thường)."`
}

// Run adds the site and prints its number.
func (c siteAdd) Run(a *app) error {
	priority, err := targets.ParsePriority(c.Priority)
	if err != nil {
		return inWords(err, a.lang)
	}
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	draft := targets.Draft{Name: c.Name, URL: c.URL, Unit: c.Unit, Priority: priority, Profile: c.Profile, Note: c.Note}
	site, err := registry.Add(a.ctx, draft)
	switch {
	case errors.Is(err, targets.ErrDuplicate):
		return a.alreadyWatched(registry, c.URL, err)
	case errors.Is(err, targets.ErrNotFound):
		return said{err, a.in("Không có nhịp theo dõi nào tên là “"+c.Profile+"”.", "There is no profile named “"+c.Profile+"”.")}
	case err != nil:
		return inWords(err, a.lang)
	}
	a.say("Đã thêm cổng số %d: %s (%s)", "Added portal number %d: %s (%s)", site.ID, site.Name, site.URL)
	return nil
}

func (a *app) alreadyWatched(registry *targets.Registry, address string, cause error) error {
	known, ok, err := registry.FindSite(a.ctx, address)
	if err != nil || !ok {
		return errors.Join(cause, err)
	}
	return said{cause, fmt.Sprintf(a.in("Cổng này đã được theo dõi: số %d, %s (%s)", "This portal is already watched: number %d, %s (%s)"), known.ID, known.Name, known.URL)}
}

type siteList struct {
	JSON bool `name:"json" help:"Print a JSON list."`
}

// Run prints the watched sites, the most important first.
func (c siteList) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	sites, err := registry.Sites(a.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeSites(a.out, sites)
	}
	if len(sites) == 0 {
		a.say("Chưa có cổng nào. Thêm bằng: canhcong site import FILE.xlsx hoặc canhcong site add URL", "No portals yet. Add some: canhcong site import FILE.xlsx or canhcong site add URL")
		return nil
	}
	return a.printSites(sites)
}

type siteShow struct {
	ID int64 `arg:"" help:"Number of the portal, from site list."`
}

// Run prints everything that is registered about the site, and how available it was.
func (c siteShow) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error { return c.show(ctx, a, h) })
}

func (c siteShow) show(ctx context.Context, a *app, h *house) error {
	site, err := h.registry.Site(ctx, c.ID)
	if err != nil {
		return a.noSuchSite(c.ID, err)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, line := range a.describe(site) {
		fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
	}
	now := time.Now()
	for _, days := range []int{1, 7, 30} {
		figure, err := h.archive.Availability(ctx, site.ID, now.AddDate(0, 0, -days), now)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\n", fmt.Sprintf(a.in("Sẵn sàng %d ngày qua", "Available, last %d days"), days), figure.Text(a.lang))
	}
	return w.Flush()
}

// describe is a label and a value for everything that is registered about a site.
func (a *app) describe(s targets.Site) [][2]string {
	p := s.Profile
	return [][2]string{
		{a.in("Số", "Number"), fmt.Sprint(s.ID)},
		{a.in("Tên", "Name"), s.Name},
		{a.in("Địa chỉ", "Address"), s.URL},
		{a.in("Tên miền", "Host"), s.Host()},
		{a.in("Khóa nhận trùng", "Identity"), s.Key},
		{a.in("Đơn vị", "Unit"), s.Unit.Name},
		{a.in("Mức ưu tiên", "Priority"), s.Priority.Text(a.lang)},
		{a.in("Ghi chú", "Note"), strings.Join(strings.Fields(s.Note), " ")},
		{a.in("Địa chỉ nội bộ được phép", "Internal addresses allowed"), targets.AllowList(s.Allow)},
		{a.in("Thêm lúc", "Added"), s.AddedAt.In(targets.Vietnam).Format("2006-01-02 15:04:05 -07:00")},
		{a.in("Nhịp theo dõi", "Profile"), p.Name},
		{a.in("  thăm nhanh mỗi", "  probe every"), pace(p.ProbeEvery)},
		{a.in("  mở bằng trình duyệt mỗi", "  render every"), pace(p.RenderEvery)},
		{a.in("  thử lại trước khi báo gián đoạn sau", "  re-check before “down” after"), durations(p.Recheck)},
		{a.in("  xem lại trước khi cảnh báo sau", "  confirm before alerting after"), durations(p.Confirm)},
		{a.in("  học bản mẫu", "  learning"), fmt.Sprintf(a.in("%d lần, cách nhau %s", "%d looks, %s apart"), p.LearnLooks, pace(p.LearnEvery))},
	}
}

func durations(list []time.Duration) string {
	words := make([]string, len(list))
	for i, d := range list {
		words[i] = pace(d)
	}
	return strings.Join(words, ", ")
}

// pace is a duration without the zeros at its end: 15m, not 15m0s.
func pace(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

type siteRemove struct {
	ID int64 `arg:"" help:"Number of the portal, from site list."`
}

// Run removes the site, ends its incidents and says which one it was.
func (c siteRemove) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error { return c.remove(ctx, a, h) })
}

func (c siteRemove) remove(ctx context.Context, a *app, h *house) error {
	site, err := h.registry.Site(ctx, c.ID)
	if err != nil {
		return a.noSuchSite(c.ID, err)
	}
	if err := h.registry.Remove(ctx, c.ID); err != nil {
		return a.noSuchSite(c.ID, err)
	}
	if err := h.desk.Retire(ctx, c.ID, operator()); err != nil {
		return err
	}
	a.say("Đã thôi theo dõi cổng số %d: %s (%s), đơn vị %s. Lịch sử của cổng vẫn được giữ.", "No longer watching portal number %d: %s (%s), unit %s. Its history is kept.",
		site.ID, site.Name, site.URL, site.Unit.Name)
	return nil
}

func (a *app) noSuchSite(id int64, err error) error {
	if !errors.Is(err, targets.ErrNotFound) {
		return err
	}
	return said{err, fmt.Sprintf(a.in("Không có cổng số %d. Xem các số bằng: canhcong site list", "There is no portal number %d. See the numbers with: canhcong site list"), id)}
}

// printSites prints a table. Drafts have no number yet.
func (a *app) printSites(sites []targets.Site) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, a.in("SỐ\tƯU TIÊN\tĐƠN VỊ\tTÊN\tĐỊA CHỈ", "NUMBER\tPRIORITY\tUNIT\tNAME\tADDRESS"))
	for _, s := range sites {
		number := "-"
		if s.ID != 0 {
			number = fmt.Sprint(s.ID)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", number, s.Priority.Text(a.lang), s.Unit.Name, s.Name, s.URL)
	}
	return w.Flush()
}

// siteJSON is a site in the output of site list --json. Scripts rely on these names.
type siteJSON struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"`
	URL      string    `json:"url"`
	Key      string    `json:"key"`
	Unit     string    `json:"unit"`
	Priority int       `json:"priority"` // 1 high, 2 normal, 3 low
	Profile  string    `json:"profile"`
	Note     string    `json:"note"`
	AddedAt  time.Time `json:"added_at"` // RFC 3339, UTC
}

func writeSites(out io.Writer, sites []targets.Site) error {
	list := make([]siteJSON, len(sites))
	for i, s := range sites {
		list[i] = siteJSON{s.ID, s.Name, s.URL, s.Key, s.Unit.Name, int(s.Priority), s.Profile.Name, s.Note, s.AddedAt.UTC()}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(list)
}

// in chooses the words of the person's language.
func (a *app) in(vietnamese, english string) string {
	if a.lang == targets.English {
		return english
	}
	return vietnamese
}

// said is an error in a person's words. It keeps the cause for errors.Is.
type said struct {
	cause error
	words string
}

func (s said) Error() string { return s.words }

func (s said) Unwrap() error { return s.cause }

// inWords is err in the words that it has for people, when it has any.
func inWords(err error, lang targets.Language) error {
	var speaker interface {
		error
		Text(targets.Language) string
	}
	if errors.As(err, &speaker) {
		return said{err, speaker.Text(lang)}
	}
	return err
}
