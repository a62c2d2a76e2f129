package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

type backupCommand struct {
	File string `arg:"" help:"New file."`
}

type restoreCommand struct {
	File string `arg:"" help:"Backup to restore." type:"existingfile"`
}

// Run writes a backup. The program that watches may go on meanwhile.
func (c backupCommand) Run(a *app) error {
	db, err := a.openDatabase()
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Backup(a.ctx, c.File); err != nil {
		return err
	}
	a.say("Đã sao lưu và kiểm tra: %s. Giữ thêm bản sao của %s và thư mục %s.", "Backed up and checked: %s. Keep a copy of %s and of the folder %s as well.",
		c.File, filepath.Join(a.data, "baseline.key"), filepath.Join(a.data, "artefacts"))
	return nil
}

// Run restores a backup while nobody watches from the data directory.
func (c restoreCommand) Run(a *app) (err error) {
	if err := os.MkdirAll(a.data, 0o700); err != nil {
		return fmt.Errorf("create the data directory: %w", err)
	}
	lock, err := lockData(a.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	aside, err := targets.Restore(a.ctx, c.File, a.database())
	if errors.Is(err, targets.ErrNotBackup) {
		return said{err, fmt.Sprintf(a.in("%s không phải là bản sao lưu nguyên vẹn; không có gì bị thay đổi.", "%s is not a whole backup; nothing was changed."), c.File)}
	}
	if err != nil {
		return err
	}
	db, err := a.openDatabase() // brings it up to date
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := notify.AfterRestore(a.ctx, db, time.Now()); err != nil {
		return err
	}
	a.say("Đã khôi phục %s.", "Restored %s.", c.File)
	if aside != "" {
		a.say("Cơ sở dữ liệu trước đó: %s", "The database that was there: %s", aside)
	}
	return nil
}

// How many nightly backups are kept: of the last days, and the first one of each of the last weeks.
const (
	backupDays  = 7
	backupWeeks = 4
)

// backups are the nightly copies of the database.
type backups struct {
	db     *targets.DB
	folder string
}

const backupName = "canhcong-2006-01-02.db"

// nightly makes the copy of a day, unless that is made, and deletes those that are too old. Room is looked for first: a
// backup must not be what fills the disk.
func (b backups) nightly(ctx context.Context) error {
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return fmt.Errorf("create the folder of backups: %w", err)
	}
	if err := b.enoughRoom(); err != nil {
		return err
	}
	name := filepath.Join(b.folder, time.Now().In(targets.Vietnam).Format(backupName))
	if _, err := os.Stat(name); err != nil { // what has its name is whole
		if err := b.db.Backup(ctx, name); err != nil {
			return err
		}
	}
	return b.thin()
}

// roomFactor is how many times the size of the database has to be free before it is copied.
const roomFactor = 2

func (b backups) enoughRoom() error {
	info, err := os.Stat(b.db.Path)
	if err != nil {
		return fmt.Errorf("ask for the size of the database: %w", err)
	}
	free, _, err := freeSpace(b.folder)
	if err != nil {
		return err
	}
	if free < roomFactor*info.Size() {
		return fmt.Errorf("back up the database: it has %d bytes, and only %d are free in %s", info.Size(), free, b.folder)
	}
	return nil
}

// thin deletes the backups that are not kept any longer.
func (b backups) thin() error {
	files, err := filepath.Glob(filepath.Join(b.folder, "canhcong-*.db"))
	if err != nil {
		return err
	}
	var days []time.Time
	for _, f := range files {
		if day, err := time.Parse(backupName, filepath.Base(f)); err == nil {
			days = append(days, day)
		}
	}
	kept := keptBackups(days)
	for _, day := range days {
		if !slices.Contains(kept, day) {
			err = errors.Join(err, os.Remove(filepath.Join(b.folder, day.Format(backupName))))
		}
	}
	if err != nil {
		return fmt.Errorf("delete old backups: %w", err)
	}
	return nil
}

// keptBackups returns the days whose backups are kept, the newest first.
func keptBackups(days []time.Time) (kept []time.Time) {
	days = slices.SortedFunc(slices.Values(days), func(a, b time.Time) int { return b.Compare(a) })
	kept = append(kept, days[:min(len(days), backupDays)]...)
	first := map[string]time.Time{} // of each week
	var weeks []string
	for _, day := range days {
		year, week := day.ISOWeek()
		name := fmt.Sprintf("%d-%02d", year, week)
		if _, known := first[name]; !known {
			weeks = append(weeks, name)
		}
		first[name] = day
	}
	for _, name := range weeks[:min(len(weeks), backupWeeks)] {
		if !slices.Contains(kept, first[name]) {
			kept = append(kept, first[name])
		}
	}
	return kept
}

// backupFolder is where the nightly backups go; "" when none are wanted.
func (a *app) backupFolder() string {
	if strings.EqualFold(a.config.Storage.Backup, "none") {
		return ""
	}
	return firstOf(a.config.Storage.Backup, filepath.Join(a.data, "backup"))
}
