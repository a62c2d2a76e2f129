package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// A portal is defaced while not a byte can be written to the disk of the monitor, a file system of 24 MiB of its own: the whole chain
// goes on in memory, and the duty officer is told. With room again the incident is on record.
func TestStoryDefacedOnAFullDisk(t *testing.T) { targetstest.OnSmallDisk(t, 24, fullDiskStory) }

func fullDiskStory(t *testing.T, disk string) {
	inFakeTime(t, func(n *night) {
		filler := filepath.Join(disk, "filler")
		fill(n, filler)
		n.scene.become(portalDefaced)
		begun := time.Now()
		for len(n.inbox.texts()) == 0 && time.Since(begun) < time.Hour {
			time.Sleep(time.Second)
		}
		told := n.inbox.texts()
		if len(told) == 0 || !strings.HasPrefix(told[0], "🔴 KHẨN") || !strings.HasSuffix(told[0], "(chưa ghi được sổ)") {
			n.t.Fatalf("have %q, want the defacement told and marked", told)
		}
		if took := time.Since(begun); took > 2*time.Minute {
			n.t.Errorf("told %v after the page was defaced, want a probe's interval and a confirmation", took)
		}
		time.Sleep(10 * time.Minute)
		if err := os.Truncate(filler, 0); err != nil {
			n.t.Fatal(err)
		}
		time.Sleep(20 * time.Minute)
		list := n.incidents()
		if len(list) != 1 || !list[0].Told() || list[0].Severity != notify.Critical {
			n.t.Errorf("have %+v, want the incident on record", list)
		}
		told = n.inbox.texts()
		if !slices.ContainsFunc(told, func(title string) bool {
			return strings.HasPrefix(title, "🔴 KHẨN") && !strings.Contains(title, "chưa ghi được sổ")
		}) {
			n.t.Errorf("have %q, want it told once more, from the record", told)
		}
		var have string
		if err := n.house.db.Read.QueryRow(`PRAGMA integrity_check`).Scan(&have); err != nil || have != "ok" {
			n.t.Errorf("the database is damaged: %s (%v)", have, err)
		}
	})
}

// fill writes until neither a file nor the database can take a byte.
func fill(n *night, filler string) {
	n.t.Helper()
	f, err := os.Create(filler)
	if err != nil {
		n.t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !targets.CannotWrite(err) {
		n.t.Fatalf("have %v, want a full disk", err)
	}
	for err = nil; err == nil; { // what the database's log still has room for
		err = n.house.desk.Note(context.Background(), "filler", time.Now().String(), func(targets.Language) notify.Message {
			return notify.Message{Body: strings.Repeat("đầy ", 1000)}
		})
		time.Sleep(time.Millisecond)
	}
	if !targets.CannotWrite(err) {
		n.t.Fatalf("have %v, want a full database", err)
	}
	n.inbox.forget()
}

// forget drops what arrived so far.
func (b *inbox) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages, b.at = nil, nil
}
