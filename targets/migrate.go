package targets

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

var embedded, _ = fs.Sub(migrationFiles, "migrations")

// migration is one numbered step of the schema: the file 0002_rosters.sql brings a database from version 1 to 2.
type migration struct {
	number int
	name   string
	sql    string
}

// migrate applies, each in its own transaction, the migrations that the database has not seen.
func (db *DB) migrate(ctx context.Context, files fs.FS) error {
	steps, err := readMigrations(files)
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db.Write)
	if err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("the database has schema version %d but this program knows only %d: use the newer program that wrote it", version, len(steps))
	}
	if version == len(steps) {
		return nil
	}
	if err := db.copyBefore(ctx, version); err != nil {
		return err
	}
	for _, step := range steps[version:] {
		if err := db.apply(ctx, step); err != nil {
			return fmt.Errorf("migrate to version %d (%s): %w", step.number, step.name, err)
		}
	}
	return nil
}

// readMigrations returns the migrations in order and refuses a set with a gap: somebody lost a file.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	slices.Sort(names)
	var steps []migration
	for i, name := range names {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		number, err := strconv.Atoi(digits)
		if err != nil {
			return nil, fmt.Errorf("migration %s: the name must start with its number", name)
		}
		if number != i+1 {
			return nil, fmt.Errorf("migration %04d is missing: found %s in its place", i+1, name)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", name, err)
		}
		steps = append(steps, migration{number, name, string(text)})
	}
	return steps, nil
}

// apply runs one migration. It follows SQLite's own recipe for changing tables: foreign keys off on this connection,
// which is not possible inside a transaction, and checked before the commit.
func (db *DB) apply(ctx context.Context, step migration) (err error) {
	conn, err := db.Write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = 0"); err != nil {
		return err
	}
	defer func() {
		_, on := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA foreign_keys = 1")
		err = errors.Join(err, on)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := run(ctx, tx, step); err != nil {
		return err
	}
	return tx.Commit()
}

func run(ctx context.Context, tx *sql.Tx, step migration) error {
	version, err := schemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if version >= step.number {
		return nil // another process opened the same file in the same moment, and was first
	}
	if _, err := tx.ExecContext(ctx, step.sql); err != nil {
		return err
	}
	if err := checkForeignKeys(ctx, tx); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(step.number))
	return err
}

// querier is what *sql.DB and *sql.Tx have in common for reading.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func checkForeignKeys(ctx context.Context, q querier) error {
	rows, err := q.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("check foreign keys: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return rows.Err()
	}
	var table, parent string
	var row, key sql.NullInt64
	if err := rows.Scan(&table, &row, &parent, &key); err != nil {
		return fmt.Errorf("check foreign keys: %w", err)
	}
	return fmt.Errorf("row %d of %s points to nothing in %s", row.Int64, table, parent)
}

func schemaVersion(ctx context.Context, q querier) (version int, err error) {
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema version: %w", err)
	}
	return version, nil
}

// copyBefore leaves a copy of a database that has content beside it. A failed copy stops the migration.
func (db *DB) copyBefore(ctx context.Context, version int) error {
	var tables int
	if err := db.Write.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return fmt.Errorf("count tables: %w", err)
	}
	if tables == 0 {
		return nil
	}
	if version == 0 {
		return errors.New("the file is an SQLite database of another program: name another file")
	}
	name := fmt.Sprintf("%s.v%d-%s.bak", db.Path, version, time.Now().UTC().Format("20060102T150405.000Z"))
	if err := db.copyTo(ctx, name); err != nil {
		return fmt.Errorf("copy the database to %s before migrating it: %w", name, err)
	}
	return nil
}

// copyTo writes a consistent copy of the database to a new file that only its owner can read. It reads as everybody else
// does, so that the writer does not wait for it.
func (db *DB) copyTo(ctx context.Context, name string) (err error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	pool, err := connect(ctx, db.Path, 1, false)
	if err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, "VACUUM INTO ?", name)
	return errors.Join(err, pool.Close())
}
