package notify

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// filingPage is what the draft of a report of an incident says; an office's own template may use every field of it. Texts are
// one line each, with what comes from outside made harmless, and in Vietnamese; what only people know is left to them.
type filingPage struct {
	masthead        // Owner, Body, Place, To, Field, Year, Title, About
	Made     string // when the draft was made
	Problem  string // what is wrong with the office's own template, which this paper was not written with; "" for nothing
	Drill    bool

	Number, Kind, What, Severity string // of the incident; Kind by QĐ 05/2017 as far as a look from outside can tell
	Kinds                        []filingChoice
	Recurrences                  int
	Signs                        []string // what was seen, the strongest first
	Looks                        int      // that agreed

	Portal, URL, Host, Unit string
	Addresses, Server       string // IP; what the web server says that it is
	Officer                 string // who deals with it
	Contacts                []filingContact
	Authorities             []filingContact // bodies outside

	Seen, Confirmed, ConfirmedBy, Opened, Counted, Due string // instants; "" for what did not happen
	Reason                                             string // why Counted is not the earlier of Seen and Confirmed
	How                                                string // it was found out
	State                                              string
	Fixed, Over                                        bool
	FixedAt, ClosedAt, Lasted, Outcome                 string

	Told      []string // who was, and when
	Done      []filingStep
	Undone    []string
	Story     []filingStep
	More      int // entries of the story that are left out, the oldest
	Letter    string
	LetterDay string // of the initial report
	Files     []filingFile
	Picture   template.URL // the approved page and what was seen, side by side; "" for none
}

type filingChoice struct {
	Text   string
	Chosen bool
}

type filingContact struct {
	Body, Name, Duty, Phone, Mailbox string
	Until                            string // the day on which it ends; "" for none
	Checked                          string // the day on which somebody last tried it; "" for never
	Stale                            bool   // nobody has tried it for long
}

type filingStep struct{ At, What, By string }

type filingFile struct{ What, SHA256 string }

// mostStory is how many entries of its timeline a report of an incident tells.
const mostStory = 60

// filingSkipped are the entries of a timeline that say nothing to the authority.
var filingSkipped = []Reason{ReasonAgreed, ReasonWavering, ReasonGrouped, ReasonRecovering, ReasonSpared, ReasonCounted, ReasonNeedless, ReasonUnticked, ReasonDigest}

// filingPage collects what a report of an incident says.
func (d *Desk) filingPage(ctx context.Context, i Incident, k FilingKind) (p filingPage, err error) {
	v, err := d.judge.Verdict(ctx, i.WorstVerdictID)
	if err != nil {
		d.log.ErrorContext(ctx, "a report is written without what was seen", "incident", i.Number, "error", err)
		v = baseline.Verdict{}
	}
	if i.Drill {
		v = baseline.Verdict{} // nothing is wrong with what was seen
	}
	w, now := words{speech: speech{targets.Vietnamese}, i: i, v: v}, time.Now()
	p = filingPage{masthead: d.filingHead(i, k, now), Made: officialMoment(now), Drill: i.Drill, Number: i.Number, What: w.what(),
		Severity: i.Severity.Text(targets.Vietnamese), Recurrences: i.Recurrences, Looks: i.BadLooks,
		Portal: plain(i.Site.Name), URL: plain(i.Site.URL), Host: plain(i.Site.Host()), Unit: plain(i.Site.Unit.Name)}
	p.Kind, p.Kinds = filingKindsOf(i)
	p.Signs = w.signs()
	if err := d.filingPlace(ctx, i, &p); err != nil {
		return p, err
	}
	if err := d.filingPeople(ctx, i, &p); err != nil {
		return p, err
	}
	d.filingTimes(ctx, i, k, &p)
	d.filingFiles(ctx, v, &p)
	return p, d.filingStory(ctx, i, &p)
}

func (d *Desk) filingHead(i Incident, k FilingKind, now time.Time) masthead {
	title := map[FilingKind]string{FilingInitial: "BÁO CÁO BAN ĐẦU SỰ CỐ", FilingClosing: "BÁO CÁO KẾT THÚC ỨNG PHÓ SỰ CỐ"}[k]
	m := d.masthead(title, fmt.Sprintf("Sự cố %s tại %s", i.Number, plain(i.Site.Name)), now)
	m.To = cmp.Or(d.letterhead.Authority, gap)
	return m
}

// incidentKinds are those of QĐ 05/2017/QĐ-TTg.
var incidentKinds = []string{"Tấn công từ chối dịch vụ", "Tấn công giả mạo", "Tấn công sử dụng mã độc", "Truy cập trái phép, chiếm quyền điều khiển",
	kindDefaced, "Mã hóa phần mềm, dữ liệu, thiết bị", "Phá hoại thông tin, dữ liệu, phần mềm", "Nghe trộm, gián điệp, lấy cắp thông tin, dữ liệu",
	"Tấn công tổng hợp nhiều hình thức", kindOther, "Không do tấn công: lỗi hệ thống, đường truyền, nguồn điện, nơi lưu trữ, thao tác, thiên tai"}

const (
	kindDefaced = "Thay đổi giao diện"
	kindOther   = "Hình thức khác"
)

// filingKindsOf is what kind of incident it looks like from outside: a changed page is one, and what else was done a person finds out.
func filingKindsOf(i Incident) (kind string, list []filingChoice) {
	kind = paperConcerns[i.Concern]
	for _, one := range incidentKinds {
		list = append(list, filingChoice{one, one == kindDefaced && i.Concern == baseline.ConcernContent})
	}
	return kind, list
}

// signs are what was seen, a sentence each.
func (w words) signs() (list []string) {
	for _, e := range w.v.EvidenceOf(w.i.Concern) {
		if len(list) == mostEvidence {
			break
		}
		list = append(list, foreign(e.Sentence(w.lang), w.i.Site.Host()))
	}
	if seen := w.seen(); len(list) == 0 && seen != "" {
		list = append(list, seen)
	}
	return list
}

// recentLooks is how many looks are searched for what the server says that it is.
const recentLooks = 20

// filingPlace says where the portal stands.
func (d *Desk) filingPlace(ctx context.Context, i Incident, p *filingPage) error {
	found, err := d.archive.Addresses(ctx, []int64{i.Site.ID})
	if err != nil {
		return err
	}
	if at, ok := found[i.Site.ID]; ok {
		p.Addresses = at.String()
	}
	looks, err := d.archive.Observations(ctx, i.Site.ID, recentLooks)
	for _, o := range looks {
		if o.Wire != nil && o.Wire.Header["server"] != "" {
			p.Server = plain(o.Wire.Header["server"])
			break
		}
	}
	return err
}

// filingPeople says who deals with it, whom to call, and who was told.
func (d *Desk) filingPeople(ctx context.Context, i Incident, p *filingPage) error {
	p.Officer = plain(d.nameOf(ctx, i.Owner))
	contacts, err := d.registry.Contacts(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, c := range contacts {
		switch {
		case !c.Valid(now):
		case c.UnitID == i.Site.Unit.ID:
			p.Contacts = append(p.Contacts, filingContactOf(c, now))
		case c.UnitID == 0:
			p.Authorities = append(p.Authorities, filingContactOf(c, now))
		}
	}
	alerts, err := d.Alerts(ctx, i.ID)
	if err != nil {
		return err
	}
	people, err := d.People(ctx)
	if err != nil {
		return err
	}
	p.Told = toldPeople(alerts, people, i.Known())
	return nil
}

func filingContactOf(c targets.Contact, now time.Time) filingContact {
	f := filingContact{Body: plain(c.Body), Name: plain(c.Name), Duty: plain(c.Duty), Phone: plain(c.Phone), Mailbox: plain(c.Mailbox), Stale: c.Stale(now)}
	if !c.Until.IsZero() {
		f.Until = officialDay(c.Until.Add(-time.Millisecond))
	}
	if !c.CheckedAt.IsZero() {
		f.Checked = officialDay(c.CheckedAt)
	}
	return f
}

// toldPeople lists who was told since an instant, and when first: by name those whose own address it was, else by channel.
func toldPeople(alerts []Alert, people []Person, since time.Time) (list []string) {
	var told []string
	for _, a := range alerts {
		if a.SentAt.IsZero() || a.CreatedAt.Before(since) || a.Channel == ConsoleChannel {
			continue
		}
		who := "Kênh chung " + plain(a.Channel)
		if n := slices.IndexFunc(people, func(p Person) bool { return p.ID == a.PersonID }); n >= 0 {
			who = plain(people[n].Name)
		}
		if !slices.Contains(told, who) {
			told = append(told, who)
			list = append(list, who+" ("+officialMoment(a.SentAt)+")")
		}
	}
	return list
}

// filingTimes says when what happened.
func (d *Desk) filingTimes(ctx context.Context, i Incident, k FilingKind, p *filingPage) {
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return officialMoment(t)
	}
	p.Seen, p.Opened, p.Counted = moment(i.SuspectedAt), moment(i.OpenedAt), moment(i.Counted())
	if i.Finding == FoundReal {
		p.Confirmed, p.ConfirmedBy = moment(i.FoundAt), plain(d.nameOf(ctx, i.FoundBy))
	}
	for _, c := range d.Clocks(i) {
		if c.Kind == k {
			p.Due = moment(c.Due)
		}
	}
	p.How = "Phần mềm giám sát Canh Cổng tự động phát hiện"
	if i.RaisedBy != "" {
		p.How += "; " + plain(d.nameOf(ctx, i.RaisedBy)) + " xác nhận không phải thay đổi của đơn vị"
	}
	p.State, p.Over, p.Fixed = i.State.Text(targets.Vietnamese), !i.ClosedAt.IsZero(), !i.FixedAt.IsZero()
	p.FixedAt, p.ClosedAt = moment(i.FixedAt), moment(i.ClosedAt)
	if p.Over {
		p.Lasted, p.Outcome = officialLength(i.ClosedAt.Sub(i.Known())), i.CloseReason.Text(targets.Vietnamese)
	}
	if i.Initial.Sent() {
		p.Letter, p.LetterDay = plain(i.Initial.Number), officialDay(i.Initial.At)
	}
}

// filingFiles names what is kept of what was seen, by its hash: whoever gets a copy can see that it is the same.
func (d *Desk) filingFiles(ctx context.Context, v baseline.Verdict, p *filingPage) {
	for _, one := range []filingFile{{"Ảnh chụp trang lúc phát hiện (PNG)", v.Observation.Screenshot}, {"Nội dung trang lúc phát hiện (JSON)", v.Observation.PageHash}} {
		if one.SHA256 != "" {
			p.Files = append(p.Files, one)
		}
	}
	if v.Observation.Depth != monitor.Render {
		return
	}
	png, _, err := d.picture(ctx, v)
	if err != nil {
		d.log.ErrorContext(ctx, "a report is written without its picture", "incident", p.Number, "error", err)
	}
	if len(png) > 0 {
		p.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)) //nolint:gosec // a picture that we drew
	}
}

// filingStory tells what happened since the incident was known, and what was done about it.
func (d *Desk) filingStory(ctx context.Context, i Incident, p *filingPage) error {
	all, err := d.timeline(ctx, i.ID)
	if err != nil {
		return err
	}
	events := slices.DeleteFunc(slices.Clone(all), func(e Event) bool { return e.At.Before(i.Known()) })
	names := d.names(ctx, events)
	for _, c := range i.Checklist(events, targets.Vietnamese) {
		if c.At.IsZero() {
			p.Undone = append(p.Undone, c.Text)
		} else {
			p.Done = append(p.Done, filingStep{officialMoment(c.At), c.Text, plain(names[c.By])})
		}
	}
	for _, e := range events {
		if e.Kind == ReasonCounted {
			p.Reason = plain(e.Detail)
		}
		if slices.Contains(filingSkipped, e.Kind) {
			continue
		}
		step := filingStep{officialMoment(e.At), sentence(e.Kind.Text(targets.Vietnamese)), plain(names[e.Actor])}
		if e.Actor == Machine {
			step.By = "Canh Cổng"
		} else if e.Detail != "" {
			step.What += " " + plain(e.DetailText(targets.Vietnamese))
		}
		p.Story = append(p.Story, step)
	}
	p.More = max(0, len(p.Story)-mostStory)
	p.Story = p.Story[p.More:]
	return nil
}
