package targets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Backup writes a consistent copy of the database to a new file that only its owner can read, while everybody goes on reading
// and writing. The copy is opened and checked before it gets its name, and it is on the disk when Backup returns. A file of
// that name must not exist.
func (db *DB) Backup(ctx context.Context, name string) (err error) {
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up to %s: %w", name, errors.Join(err, fs.ErrExist))
	}
	part := name + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a try that was interrupted
		return fmt.Errorf("back up to %s: %w", name, err)
	}
	defer os.Remove(part) // nothing, when all went well
	err = db.copyTo(ctx, part)
	if err == nil {
		_, err = checkCopy(ctx, part)
	}
	if err == nil {
		err = install(part, name)
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", name, err)
	}
	return nil
}

// ErrNotBackup is returned (wrapped) when a file to restore from is not a whole database of this program.
var ErrNotBackup = errors.New("not a whole database of this program")

// checkCopy opens a database that nobody writes to, reads all of it, and returns its schema version.
func checkCopy(ctx context.Context, name string) (version int, err error) {
	pool, err := sql.Open("sqlite", dsn(name, true)+"&mode=ro&immutable=1")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	var verdict string
	if err := pool.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotBackup, err)
	}
	if verdict != "ok" {
		return 0, fmt.Errorf("%w: %s", ErrNotBackup, verdict)
	}
	if version, err = schemaVersion(ctx, pool); err != nil {
		return 0, err
	}
	var sites int
	if err := pool.QueryRowContext(ctx, "SELECT count(*) FROM sites").Scan(&sites); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotBackup, err)
	}
	return version, nil
}

// Restore puts a backup in the place of the database at path, which nothing may have open. The database that was there stays
// beside it under the name that is returned, "" when there was none. What is restored is brought up to date when it is opened.
func Restore(ctx context.Context, backup, path string) (aside string, err error) {
	version, err := checkCopy(ctx, backup)
	if err != nil {
		return "", fmt.Errorf("restore %s: %w", backup, err)
	}
	steps, err := readMigrations(embedded)
	if err == nil && version > len(steps) {
		err = fmt.Errorf("it has schema version %d but this program knows only %d: use the newer program that wrote it", version, len(steps))
	}
	part := path + ".restored"
	if err == nil {
		err = copyFile(backup, part)
	}
	if err == nil {
		aside, err = setAside(path)
	}
	if err == nil {
		err = install(part, path)
	}
	if err != nil {
		return aside, fmt.Errorf("restore %s: %w", backup, err)
	}
	return aside, nil
}

// setAside renames a database with the log that belongs to it.
func setAside(path string) (aside string, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	aside = path + ".before-" + time.Now().UTC().Format("20060102T150405.000Z")
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return aside, err
		}
	}
	return aside, nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// install gives a finished file its name: on the disk, file and folder.
func install(part, name string) error {
	if err := toDisk(part); err != nil {
		return err
	}
	if err := os.Rename(part, name); err != nil {
		return err
	}
	return toDisk(filepath.Dir(name))
}

func toDisk(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
