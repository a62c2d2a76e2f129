package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestBackupAndRestoreCommands(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "sao-luu.db")
	canhcong, must := commands(t, data, nil)
	must("site", "add", "phuongvidu.tinhmau.gov.vn")
	wantWords(t, must("backup", file), "Đã sao lưu", "baseline.key")
	if out, err := canhcong("backup", file); err == nil {
		t.Errorf("an older backup is written over: %s", out)
	}
	must("site", "add", "xamaumuc.tinhmau.gov.vn")
	lock, err := lockData(data)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := canhcong("restore", file); err == nil {
		t.Errorf("a database that is in use was replaced: %s", out)
	}
	lock.Close()
	wantWords(t, must("restore", file), "Đã khôi phục", ".before-")
	if out := must("site", "list"); !strings.Contains(out, "phuongvidu") || strings.Contains(out, "xamaumuc") {
		t.Errorf("have sites\n%s, want what was backed up", out)
	}
	if err := os.WriteFile(file, []byte("hỏng"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := canhcong("restore", file); err == nil || !strings.Contains(err.Error(), "không có gì bị thay đổi") {
		t.Errorf("have %v, want a refusal in words", err)
	}
	wantWords(t, must("site", "list"), "phuongvidu")
}

// Forty nights leave a week of backups, and the first one of each of the last four weeks.
func TestNightlyBackupsAreThinned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := backups{targetstest.DB(t), filepath.Join(t.TempDir(), "backup")}
		for range 40 {
			if err := b.nightly(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := b.nightly(t.Context()); err != nil { // the same night
				t.Fatal(err)
			}
			time.Sleep(24 * time.Hour)
		}
		files, err := filepath.Glob(filepath.Join(b.folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, f := range files {
			have = append(have, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "canhcong-2000-"), ".db"))
		}
		want := []string{"01-17", "01-24", "01-31", "02-03", "02-04", "02-05", "02-06", "02-07", "02-08", "02-09"}
		if !slices.Equal(have, want) {
			t.Errorf("have %v, want %v", have, want)
		}
		if db, err := targets.Open(t.Context(), files[0]); err != nil {
			t.Error(err)
		} else if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}
