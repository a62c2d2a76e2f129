package targets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// DB is the one SQLite file of an installation. Write has a single connection whose transactions are immediate and
// synchronous(FULL); Read is a pool that can only query. A writer must close its rows before it runs the next statement.
type DB struct {
	Write *sql.DB
	Read  *sql.DB
	Path  string
}

// oldestSQLite is the first version without the bug that corrupts a WAL file when two connections write and
// checkpoint at the same instant.
var oldestSQLite = [3]int{3, 51, 3}

// readers is how many queries can run at the same time beside the writer.
const readers = 4

// pragma is a setting of every connection, as it is written in the address of the database and as SQLite reads it back.
// The driver accepts misspelt pragmas in silence, so each one is read back.
type pragma struct{ name, set, have string }

var pragmas = []pragma{
	{"busy_timeout", "5000", "5000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"}, // an alert that was committed survives a power cut
	{"foreign_keys", "1", "1"},
	{"temp_store", "MEMORY", "2"},
	{"trusted_schema", "0", "0"},
	{"cell_size_check", "1", "1"},
}

// Open opens the database file at path, creates it when there is none, and brings its schema up to date. Before it
// changes a database that has content it leaves a copy next to it. The folder must exist. The caller calls Close.
func Open(ctx context.Context, path string) (*DB, error) {
	return open(ctx, path, embedded)
}

func open(ctx context.Context, path string, migrations fs.FS) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := usable(path); err != nil {
		return nil, err
	}
	db := &DB{Path: path}
	if err := db.start(ctx, migrations); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, errors.Join(err, db.Close()))
	}
	return db, nil
}

// start connects the writer, migrates, and only then connects the readers: a reader cannot create the file.
func (db *DB) start(ctx context.Context, migrations fs.FS) (err error) {
	if db.Write, err = connect(ctx, db.Path, 1, false); err != nil {
		return err
	}
	if err = checkVersion(ctx, db.Write); err != nil {
		return err
	}
	if err = db.migrate(ctx, migrations); err != nil {
		return err
	}
	db.Read, err = connect(ctx, db.Path, readers, true)
	return err
}

// Close closes the database. Changes were on the disk already when their transactions ended.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.Read, db.Write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Tx runs change in one transaction on Write and commits it. When change returns an error or panics nothing of it stays.
// The error of change is returned as it is. change must use only tx: another statement on Write would wait for itself.
func (db *DB) Tx(ctx context.Context, change func(tx *sql.Tx) error) error {
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := change(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}

// IsReferenced says whether a row could not be deleted because others refer to it. The transaction goes on.
func IsReferenced(err error) bool {
	var refused *sqlite.Error
	return errors.As(err, &refused) && refused.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

// CannotWrite says whether an error means that nothing can be written to the disk for now: it is full, over its quota, read-only
// or broken. Reading may still work.
func CannotWrite(err error) bool {
	var refused *sqlite.Error
	if errors.As(err, &refused) {
		switch refused.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			return true
		}
	}
	for _, no := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// Millis is t as the database keeps it: unix milliseconds, and 0 for the zero time.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMillis is the instant that the database keeps as ms, in local time; 0 is the zero time.
func FromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// usable says in plain words what is wrong with the place of a database, where SQLite says "unable to open database file".
func usable(path string) error {
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open database %s: the folder %s does not exist; create it first: %w", path, folder, err)
	case err != nil:
		return fmt.Errorf("open database %s: %w", path, err)
	case !info.IsDir():
		return fmt.Errorf("open database %s: %s is a file, not a folder", path, folder)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("open database %s: this is a folder; name a file in it", path)
	}
	return writable(path, folder)
}

// writable creates the file, readable by its owner only, and tries to make another file beside it, as SQLite will.
func writable(path, folder string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open database %s: the file cannot be written; check who owns it and its folder: %w", path, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	probe, err := os.CreateTemp(folder, ".canhcong-*")
	if err != nil {
		return fmt.Errorf("open database %s: no file can be created in the folder %s, but SQLite keeps its log beside the database: %w", path, folder, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// connect opens a pool of at most size connections and checks that the settings took hold.
func connect(ctx context.Context, path string, size int, queryOnly bool) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", dsn(path, queryOnly))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	if err := patiently(ctx, func() error { return checkPragmas(ctx, pool, wanted(queryOnly)) }); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return pool, nil
}

// patience is how long another process may take to set up the same new file.
const patience = 5 * time.Second

// patiently repeats a first connection that fails because the file is locked. Two processes that turn the same new file
// to WAL get that answer at once, whatever the busy_timeout.
func patiently(ctx context.Context, try func() error) error {
	for end := time.Now().Add(patience); ; {
		err := try()
		var locked *sqlite.Error
		if !errors.As(err, &locked) || locked.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func wanted(queryOnly bool) []pragma {
	if queryOnly {
		return append([]pragma{{"query_only", "1", "1"}}, pragmas...)
	}
	return append([]pragma{{"query_only", "0", "0"}}, pragmas...)
}

// dsn is the address of the database in the driver's language. A reader's transaction may wait to lock; a writer's
// locks at once, because one that reads first and writes later fails without waiting when another process wrote between.
func dsn(path string, queryOnly bool) string {
	q := url.Values{"_dqs": {"0"}}
	for _, p := range wanted(queryOnly) {
		q.Add("_pragma", p.name+"("+p.set+")")
	}
	if !queryOnly {
		q.Set("_txlock", "immediate")
	}
	file := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + file.EscapedPath() + "?" + q.Encode()
}

func checkPragmas(ctx context.Context, pool *sql.DB, want []pragma) error {
	for _, p := range want {
		var have string
		if err := pool.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&have); err != nil {
			return fmt.Errorf("read back %s: %w", p.name, err)
		}
		if have != p.have {
			return fmt.Errorf("%s is %q but must be %q; is the file on a disk that SQLite supports (not a network share)?", p.name, have, p.have)
		}
	}
	return nil
}

func checkVersion(ctx context.Context, pool *sql.DB) error {
	var have string
	if err := pool.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&have); err != nil {
		return fmt.Errorf("read the version of SQLite: %w", err)
	}
	if olderThan(have, oldestSQLite) {
		return fmt.Errorf("SQLite %s can corrupt the database; at least %d.%d.%d is needed", have, oldestSQLite[0], oldestSQLite[1], oldestSQLite[2])
	}
	return nil
}

func olderThan(version string, oldest [3]int) bool {
	parts := strings.SplitN(version, ".", 3)
	for i := range oldest {
		have := 0
		if i < len(parts) {
			have, _ = strconv.Atoi(parts[i])
		}
		if have != oldest[i] {
			return have < oldest[i]
		}
	}
	return false
}
