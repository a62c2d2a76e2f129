package main

import (
	"context"
	"fmt"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
	"canhcong/targets"
)

// patience is how long each chapter may take before the story counts as failed. A busy machine needs a multiple of what an
// idle one does (about 5 s a chapter).
const patience = 2 * time.Minute

// tell is the story, chapter by chapter.
func (s *story) tell(ctx context.Context) error {
	for _, chapter := range []func(context.Context) error{s.register, s.approve, s.quietLooks, s.attack, s.recover} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	s.step("Hết chuyện: ba sự cố được phát hiện, báo và đóng; không một báo động giả.",
		"The end: three incidents found, told and closed; not one false alarm.")
	return nil
}

func (s *story) register(ctx context.Context) error {
	if err := s.house.registry.SaveProfile(ctx, demoProfile); err != nil {
		return err
	}
	s.step("Đăng ký ba cổng mẫu (trang của chúng tôi, tên miền bịa, phục vụ trên chính máy này):",
		"Registering three sample portals (our own pages, invented names, served on this machine):")
	for _, p := range s.portals {
		site, err := s.house.registry.Add(ctx, targets.Draft{
			URL: "http://" + p.Host, Name: "Trang thông tin điện tử " + p.Unit, Unit: p.Owner, Profile: demoProfile.Name,
		})
		if err != nil {
			return err
		}
		s.sites[p.Host] = site
		s.say("          • %s – %s", "          • %s – %s", site.Host(), site.Unit.Name)
	}
	return nil
}

// approve waits for the warm-up, shows what is on offer, and approves exactly that.
func (s *story) approve(ctx context.Context) error {
	s.step("Học: mỗi cổng được nhìn %d lần để biết cái gì vốn hay chuyển động.", "Learning: each portal is looked at %d times to know what moves by itself.", demoProfile.LearnLooks)
	err := s.await(ctx, "every portal has a baseline on offer", func() (bool, error) {
		offered, err := s.house.judge.Candidates(ctx)
		return len(offered) == len(s.sites), err
	})
	if err != nil {
		return err
	}
	for _, p := range s.portals {
		site := s.sites[p.Host]
		c, _, err := s.house.judge.Candidate(ctx, site.ID)
		if err != nil {
			return err
		}
		if len(c.Warnings) > 0 {
			return fmt.Errorf("the first-day check of %s warns of %v", p.Host, c.Warnings)
		}
		s.step("Trình duyệt bản mẫu %s: “%s”, %d đoạn chữ, %d liên kết, khám ban đầu không có dấu hiệu lạ → phê duyệt.",
			"Baseline of %s on offer: “%s”, %d blocks of text, %d links, nothing suspicious on the first day → approved.",
			p.Host, c.Observation.Page.Title, len(c.Observation.Page.Blocks), len(c.Observation.Page.Links))
		if _, err := s.house.judge.Approve(ctx, baseline.Decision{SiteID: site.ID, ObservationID: c.Observation.ID,
			ContentHash: c.Baseline.ContentHash, By: "demo", Reason: "trình diễn"}); err != nil {
			return err
		}
		if err := s.monitor.LookNow(ctx, site.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) quietLooks(ctx context.Context) error {
	since := time.Now()
	visits := s.visits()
	s.step("Canh: bộ đếm tăng, tin mới lên, ảnh trình chiếu đổi, đồng hồ chạy…", "Watching: counters rise, news appears, the carousel turns, the clock runs…")
	err := s.await(ctx, "every portal was looked at three more times", func() (bool, error) { return s.looked(ctx, since, 3) })
	if err != nil {
		return err
	}
	told, err := s.house.desk.RecentAlerts(ctx, 10)
	if err != nil {
		return err
	}
	if len(told) > 0 {
		return fmt.Errorf("%d alerts were raised while nothing was wrong", len(told))
	}
	s.step("…%d lượt truy cập sau, không một cảnh báo. Khi không có gì, Canh Cổng im lặng.", "…%d visits later, not one alert. When nothing is wrong it is silent.", (s.visits()-visits)/7)
	return nil
}

func (s *story) visits() (sum int) {
	for _, p := range s.portals {
		p.mu.Lock()
		sum += p.visits
		p.mu.Unlock()
	}
	return sum
}

func (s *story) attack(ctx context.Context) error {
	for i, blow := range []struct {
		mode                portalMode
		vietnamese, english string
	}{
		{portalDefaced, "bị thay giao diện", "is defaced"},
		{portalStopped, "ngừng hoạt động", "goes down"},
		{portalInjected, "bị chèn liên kết cờ bạc ẩn", "gets hidden gambling links"},
	} {
		p := s.portals[i]
		if err := p.become(blow.mode); err != nil {
			return err
		}
		s.step("⚡ %s "+blow.vietnamese+".", "⚡ %s "+blow.english+".", p.Host)
	}
	struck := time.Now()
	err := s.await(ctx, "all three incidents were told", func() (bool, error) { return s.told(ctx, true) })
	if err != nil {
		return err
	}
	s.step("Cả ba sự cố đã đến tay người trực sau %.1f giây.", "All three incidents reached the duty officer after %.1f seconds.", time.Since(struck).Seconds())
	return s.checkKinds(ctx)
}

// told reports whether exactly one incident per portal exists that is live (or closed), with nothing left to send.
func (s *story) told(ctx context.Context, live bool) (bool, error) {
	list, err := s.house.desk.Incidents(ctx, notify.Filter{Limit: 100})
	if err != nil {
		return false, err
	}
	if len(list) > len(s.sites) {
		return false, fmt.Errorf("%d incidents were opened for %d portals", len(list), len(s.sites))
	}
	n := 0
	for _, i := range list {
		if (i.State == notify.Closed) != live {
			n++
		}
	}
	outbox, err := s.house.desk.Outbox(ctx)
	return n == len(s.sites) && outbox.Pending == 0, err
}

// checkKinds makes sure that each portal's incident is about what was done to it.
func (s *story) checkKinds(ctx context.Context) error {
	want := map[string]baseline.Concern{s.portals[0].Host: baseline.ConcernContent, s.portals[1].Host: baseline.ConcernAvailability, s.portals[2].Host: baseline.ConcernContent}
	list, err := s.house.desk.Incidents(ctx, notify.Filter{Limit: 100})
	if err != nil {
		return err
	}
	for _, i := range list {
		if i.Concern != want[i.Site.Host()] {
			return fmt.Errorf("the incident of %s is about %s, not %s", i.Site.Host(), i.Concern, want[i.Site.Host()])
		}
	}
	return nil
}

func (s *story) recover(ctx context.Context) error {
	for _, p := range s.portals {
		if err := p.become(portalNormal); err != nil {
			return err
		}
	}
	s.step("Ba cổng được khôi phục.", "The three portals are restored.")
	err := s.await(ctx, "all three incidents were closed", func() (bool, error) { return s.told(ctx, false) })
	if err != nil {
		return err
	}
	s.step("Ba sự cố tự đóng sau khi nhìn lại thấy sạch.", "The three incidents closed themselves after clean looks.")
	return nil
}
