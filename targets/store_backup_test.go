package targets_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestBackupAndRestore(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	db := targetstest.DB(t)
	registry := targets.New(db)
	targetstest.Site(t, registry, "https://phuongvidu.tinhmau.gov.vn/", "Phường Ví Dụ")
	copied := filepath.Join(dir, "a.db")
	if err := os.WriteFile(copied+".part", []byte("of a try that was interrupted"), 0o600); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Write.BeginTx(ctx, nil) // a backup does not wait for whoever writes
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("have %v (%v), want a file for its owner only", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("have %v, want the backup only", left)
	}
	if err := db.Backup(ctx, copied); !errors.Is(err, os.ErrExist) {
		t.Errorf("over an older backup: have %v, want ErrExist", err)
	}
	path := filepath.Join(dir, "canhcong.db")
	if aside, err := targets.Restore(ctx, copied, path); err != nil || aside != "" {
		t.Fatalf("have %q, %v", aside, err)
	}
	restored, err := targets.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	targetstest.Site(t, targets.New(restored), "https://xamaumuc.tinhmau.gov.vn/", "Xã Mẫu Mực")
	if list, err := targets.New(restored).Sites(ctx); err != nil || len(list) != 2 {
		t.Errorf("have %v (%v), want the site that was backed up, and another one", list, err)
	}
	if err := restored.Close(); err != nil {
		t.Fatal(err)
	}
	aside, err := targets.Restore(ctx, copied, path)
	if err != nil || !strings.HasPrefix(aside, path+".before-") {
		t.Fatalf("have %q, %v, want what was there set aside", aside, err)
	}
	for file, want := range map[string]int{path: 1, aside: 2} {
		db, err := targets.Open(ctx, file)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := targets.New(db).Sites(ctx); err != nil || len(list) != want {
			t.Errorf("%s: have %d sites (%v), want %d", file, len(list), err, want)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A file that is not whole is refused before anything is touched.
func TestRestoreRefusesWhatIsNotABackup(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	db := targetstest.DB(t)
	registry := targets.New(db)
	for n := range 200 {
		targetstest.Site(t, registry, fmt.Sprintf("https://xa%d.tinhmau.gov.vn/", n), strings.Repeat("Xã Mẫu Mực ", 10))
	}
	whole := filepath.Join(dir, "whole.db")
	if err := db.Backup(ctx, whole); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	damaged := append([]byte(nil), bytes...)
	for i := len(damaged) / 2; i < len(damaged)/2+8192; i++ {
		damaged[i] = 0xa5
	}
	path := filepath.Join(dir, "canhcong.db")
	if err := os.WriteFile(path, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cut": bytes[:len(bytes)/2], "damaged": damaged, "empty": nil, "text": []byte(strings.Repeat("không phải cơ sở dữ liệu ", 400))} {
		file := filepath.Join(dir, name+".db")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if aside, err := targets.Restore(ctx, file, path); !errors.Is(err, targets.ErrNotBackup) || aside != "" {
			t.Errorf("%s: have %q, %v, want ErrNotBackup", name, aside, err)
		}
	}
	if _, err := targets.Restore(ctx, filepath.Join(dir, "không có.db"), path); err == nil {
		t.Error("a file that is not there was restored")
	}
	if have, err := os.ReadFile(path); err != nil || string(have) != "untouched" {
		t.Errorf("the database was touched: %q, %v", have, err)
	}
}
