package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"text/tabwriter"

	"canhcong/notify"
)

// channelCommand shows and tests the ways to people.
type channelCommand struct {
	List channelList `cmd:"" help:"List the configured channels, and how the last test of each address went."`
	Test channelTest `cmd:"" help:"Send a test message now. Exit 0 when every message was delivered, 1 when one was not."`
}

type channelList struct{}

type channelTest struct {
	Name string `arg:"" optional:"" help:"Channel, as listed: mail, webhook.sms; every one with a shared address when left out."`
	To   string `help:"Address to send to instead of the shared one: a mailbox, a chat, a phone number." placeholder:"ADDRESS"`
}

// Run prints one row per channel and address that was tested.
func (channelList) Run(a *app) error {
	ways, err := a.ways(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if len(ways) == 0 {
		a.say("Chưa cấu hình kênh gửi nào: cảnh báo chỉ hiện ở bảng điều khiển và nhật ký.", "No channel is configured: alerts only reach the console and the log.")
		return nil
	}
	return a.withHouse(func(ctx context.Context, h *house) error {
		tests, err := h.desk.ChannelTests(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "CHANNEL\tSERVER\tPROXY\tSHARED ADDRESS\tLAST TEST")
		for _, way := range ways {
			fmt.Fprintf(w, "%s\t%s\t%t\t%s\t%s\n", way.name, way.server, way.proxy, firstOf(way.to, "-"), lastTest(tests, way.name, way.to))
		}
		return w.Flush()
	})
}

// lastTest says how the last test of an address went.
func lastTest(tests []notify.ChannelTest, channel, to string) string {
	at := slices.IndexFunc(tests, func(t notify.ChannelTest) bool { return t.Channel == channel && t.Recipient == to })
	if at < 0 {
		return "-"
	}
	return localTime(tests[at].At) + " " + firstOf(tests[at].Problem, "ok")
}

// Run sends, and says how each message went.
func (c channelTest) Run(a *app) error {
	ways, err := a.ways(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if c.To != "" && c.Name == "" {
		return errors.New(a.in("--to cần tên kênh: canhcong channel test mail --to …", "--to needs the name of a channel: canhcong channel test mail --to …"))
	}
	asked := slices.DeleteFunc(ways, func(w way) bool { return c.Name != "" && w.name != c.Name || c.Name == "" && w.to == "" })
	if len(asked) == 0 {
		return errors.New(a.in("Không có kênh nào như vậy; xem: canhcong channel list", "There is no such channel; see: canhcong channel list"))
	}
	return a.withHouse(func(ctx context.Context, h *house) error {
		failed := false
		for _, w := range asked {
			failed = !c.test(ctx, a, h.desk, w) || failed
		}
		if failed {
			return exitError{code: 1}
		}
		return nil
	})
}

// test sends one message, and says how that went.
func (c channelTest) test(ctx context.Context, a *app, desk *notify.Desk, w way) (delivered bool) {
	to := firstOf(c.To, w.to)
	if to == "" {
		a.say("%s: kênh không có địa chỉ chung, hãy thêm --to", "%s: the channel has no shared address, add --to", w.name)
		return false
	}
	if err := desk.TestChannel(ctx, w.name, to, a.lang); err != nil {
		a.say("%s → %s: KHÔNG gửi được: %v", "%s → %s: NOT delivered: %v", w.name, to, err)
		return false
	}
	a.say("%s → %s: đã gửi tới", "%s → %s: delivered", w.name, to)
	return true
}
