package notify_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
	"canhcong/targets"
)

// child has outages one after the other, at every site, and is blind in between, until it is killed. The last one ends what is
// left, waits until all is told, and stops.
func child(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	db, err := targets.Open(ctx, filepath.Join(os.Getenv(childDir), "canhcong.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	registry := targets.New(db)
	archive, err := monitor.NewArchive(db, filepath.Join(os.Getenv(childDir), "artefacts"))
	if err != nil {
		return err
	}
	sender, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: []string{os.Getenv(childAPI)},
		Pace: telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}})
	if err != nil {
		return err
	}
	var channels []notify.Channel
	for _, chat := range chats {
		channels = append(channels, notify.Channel{Name: "telegram", Sender: sender, Recipient: chat})
	}
	desk := notify.New(registry, archive, baseline.New(registry, archive, []byte("key"), nil), notify.Options{Channels: channels})
	go desk.Run(ctx)
	sites, err := someSites(ctx, registry)
	if err != nil {
		return err
	}
	life, err := desk.Begin(ctx, time.Time{})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	last := os.Getenv(childLast) != ""
	for n := 0; !last; n++ {
		if err := outage(ctx, desk, archive, db, sites[n%len(sites)], 4); err != nil {
			return err
		}
		fmt.Println("an outage is over")
		if err := goBlind(ctx, desk); err != nil {
			return err
		}
		fmt.Println("sight is back")
	}
	if err := sightBack(ctx, desk); err != nil {
		return err
	}
	for _, site := range sites {
		if err := outage(ctx, desk, archive, db, site, 0); err != nil {
			return err
		}
	}
	for {
		if s, err := desk.Outbox(ctx); err != nil || s.Pending == 0 {
			return errors.Join(err, life.End(ctx))
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// sightBack ends what a process before left live, half a minute after it began.
func sightBack(ctx context.Context, desk *notify.Desk) error {
	live, err := desk.LiveNotices(ctx)
	for _, n := range live {
		n.Until = n.Since.Add(30 * time.Second)
		err = errors.Join(err, desk.Declare(ctx, n))
	}
	return err
}

// goBlind declares that the uplink is away, says so again, and that it is back.
func goBlind(ctx context.Context, desk *notify.Desk) error {
	if err := sightBack(ctx, desk); err != nil {
		return err
	}
	before, err := desk.Notices(ctx, 1<<20)
	if err != nil {
		return err
	}
	if len(before) >= mostBlind {
		return nil
	}
	since := blindSince(len(before))
	for _, n := range []notify.Notice{{Since: since}, {Since: since, Sites: 3}, {Until: since.Add(30 * time.Second)}} {
		n.Kind = notify.NoticeBlind
		if err := desk.Declare(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func someSites(ctx context.Context, registry *targets.Registry) (sites []targets.Site, err error) {
	for n := range 3 {
		address := fmt.Sprintf("https://p%d.tinhmau.gov.vn/", n)
		site, ok, err := registry.FindSite(ctx, address)
		if err == nil && !ok {
			site, err = registry.Add(ctx, targets.Draft{URL: address})
		}
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// outage hands over a number of looks that find the site down, and two that find it up.
func outage(ctx context.Context, desk *notify.Desk, archive *monitor.Archive, db *targets.DB, site targets.Site, down int) error {
	site.Profile.Recheck = []time.Duration{0, 0, 0}
	// The outage before was days ago: soon after it, this would be the same incident that came back.
	if _, err := db.Write.ExecContext(ctx, `UPDATE incidents SET suspected_at = suspected_at - ?1, opened_at = opened_at - ?1, closed_at = closed_at - ?1
		WHERE site_id = ?2 AND state = 'closed' AND closed_at > ?3`, (3 * 24 * time.Hour).Milliseconds(), site.ID, targets.Millis(time.Now().Add(-24*time.Hour))); err != nil {
		return err
	}
	// And what was told of it, too: soon after each other, they would be a site that comes and goes.
	if _, err := db.Write.ExecContext(ctx, `UPDATE alerts SET created_at = created_at - ?1 WHERE created_at > ?3 AND about_kind = 'incident'
		AND about_id IN (SELECT id FROM incidents WHERE site_id = ?2 AND state = 'closed')`, (3 * 24 * time.Hour).Milliseconds(), site.ID, targets.Millis(time.Now().Add(-24*time.Hour))); err != nil {
		return err
	}
	for n := range down + notify.CleanLooks {
		v := baseline.Verdict{At: time.Now(), Availability: baseline.IsDown, Content: baseline.Unjudged, Certificate: baseline.CertificateUnknown}
		v.Observation = monitor.Observation{Site: site, Depth: monitor.Render, At: v.At, Outcome: monitor.Down, Cause: monitor.CauseTCP}
		if n >= down {
			v.Availability, v.Observation.Outcome, v.Observation.Cause = baseline.Up, monitor.OK, ""
		}
		if err := archive.Save(ctx, &v.Observation, monitor.Rendering{}); err != nil {
			return err
		}
		if err := db.Write.QueryRowContext(ctx, `INSERT INTO verdicts (site_id, observation_id, at, availability, content, quality,
			certificate, score, evidence) VALUES (?, ?, ?, ?, ?, 'complete', ?, 0, '[]') RETURNING id`, site.ID, v.Observation.ID,
			targets.Millis(v.At), v.Availability, v.Content, v.Certificate).Scan(&v.ID); err != nil {
			return err
		}
		if _, err := desk.Handle(ctx, v); err != nil {
			return err
		}
	}
	return nil
}
