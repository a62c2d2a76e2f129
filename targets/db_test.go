package targets

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func openTemp(t *testing.T) *DB {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "canhcong.db"))
}

func reopen(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestOpenSetsEveryConnection(t *testing.T) {
	db := openTemp(t)
	for name, pool := range map[string]*sql.DB{"Write": db.Write, "Read": db.Read} {
		if err := checkPragmas(t.Context(), pool, wanted(pool == db.Read)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := db.Read.ExecContext(t.Context(), `DELETE FROM units`); err == nil {
		t.Error("Read can write")
	}
	_, err := db.Write.ExecContext(t.Context(), `INSERT INTO sites (key, url, name, unit_id, priority, profile, note, added_at) VALUES ('k', 'u', 'n', 77, 2, 'thường', '', 1)`)
	if err == nil {
		t.Error("a site of no unit was taken: foreign keys are off")
	}
}

func TestOpenSaysWhichSettingDidNotHold(t *testing.T) {
	db := openTemp(t)
	err := checkPragmas(t.Context(), db.Read, []pragma{{"synchronous", "OFF", "0"}})
	if err == nil || !strings.Contains(err.Error(), `synchronous is "2" but must be "0"`) {
		t.Errorf("have %v", err)
	}
}

func TestOlderThan(t *testing.T) {
	for version, want := range map[string]bool{
		"3.51.3": false, "3.53.4": false, "3.52.0": false, "4.0": false, "3.51.2": true, "3.40.1": true, "3.51": true, "2.99.99": true, "": true,
	} {
		if have := olderThan(version, oldestSQLite); have != want {
			t.Errorf("olderThan(%q): have %v, want %v", version, have, want)
		}
	}
}

func TestOpenStrangePlaces(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "Cổng #1 ? 100% & 'tốt'")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "canhcong.db")
	reopen(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("have %d bytes, mode %v, want some bytes, 0600", info.Size(), info.Mode())
	}
	t.Chdir(folder)
	if db := reopen(t, "canhcong.db"); db.Path != path {
		t.Errorf("have %s, want %s", db.Path, path)
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("không phải cơ sở dữ liệu\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, want string }{
		{filepath.Join(folder, "no", "canhcong.db"), "does not exist; create it first"},
		{filepath.Join(text, "canhcong.db"), "is a file, not a folder"},
		{folder, "this is a folder"},
		{text, "not a database"},
		{"/proc/canhcong.db", "cannot be written"},
	}
	for _, test := range tests {
		db, err := Open(t.Context(), test.path)
		if err == nil {
			db.Close()
			t.Errorf("Open(%s) works, want %q", test.path, test.want)
		} else if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("Open(%s)\nhave %v\nwant %q and the path", test.path, err, test.want)
		}
	}
}

func TestOpenReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), filepath.Join(folder, "canhcong.db"))
	if !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("have %v", err)
	}
}

func countUnits(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.Read.QueryRowContext(t.Context(), `SELECT count(*) FROM units`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func insertUnit(ctx context.Context, tx *sql.Tx, name string) error {
	_, err := ensureUnit(ctx, tx, name, time.Now())
	return err
}

func TestTxKeepsAllOrNothing(t *testing.T) {
	db := openTemp(t)
	refused := errors.New("refused")
	have := db.Tx(t.Context(), func(tx *sql.Tx) error {
		return errors.Join(insertUnit(t.Context(), tx, "A"), refused)
	})
	if !errors.Is(have, refused) || countUnits(t, db) != 0 {
		t.Errorf("after an error: have %v and %d units, want the error and none", have, countUnits(t, db))
	}
	func() {
		defer func() {
			if p := recover(); p != "boom" {
				t.Errorf("have panic %v, want boom", p)
			}
		}()
		_ = db.Tx(t.Context(), func(tx *sql.Tx) error {
			if err := insertUnit(t.Context(), tx, "B"); err != nil {
				return err
			}
			panic("boom")
		})
	}()
	if n := countUnits(t, db); n != 0 {
		t.Errorf("after a panic: have %d units, want none", n)
	}
	// The writer's one connection came back: this would wait forever otherwise.
	if err := db.Tx(t.Context(), func(tx *sql.Tx) error { return insertUnit(t.Context(), tx, "C") }); err != nil || countUnits(t, db) != 1 {
		t.Errorf("after a good change: have %v and %d units, want 1", err, countUnits(t, db))
	}
	ended, cancel := context.WithCancel(t.Context())
	have = db.Tx(ended, func(tx *sql.Tx) error {
		defer cancel()
		return insertUnit(ended, tx, "D")
	})
	if have == nil || countUnits(t, db) != 1 {
		t.Errorf("cancelled before the commit: have %v and %d units, want an error and 1", have, countUnits(t, db))
	}
}

func TestTxTakesTheLockAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "canhcong.db")
	one, two := reopen(t, path), reopen(t, path)
	var wg sync.WaitGroup
	for i, db := range []*DB{one, two} {
		wg.Go(func() {
			for j := range 20 {
				err := db.Tx(t.Context(), func(tx *sql.Tx) error { // reads, then writes: this fails with "locked" in a deferred transaction
					var n int
					if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM units`).Scan(&n); err != nil {
						return err
					}
					return insertUnit(t.Context(), tx, fmt.Sprintf("đơn vị %d của %d", j, i))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := countUnits(t, one); n != 40 {
		t.Errorf("have %d units, want 40", n)
	}
}

// TestTwoProcessesWrite opens one new file from two other processes in the same moment and lets both write.
func TestTwoProcessesWrite(t *testing.T) {
	if path := os.Getenv("CANHCONG_TEST_WRITE"); path != "" {
		writeFromAnotherProcess(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "canhcong.db")
	var processes []*exec.Cmd
	var starts []*bufio.Writer
	for range 2 {
		process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTwoProcessesWrite$")
		process.Env = append(os.Environ(), "CANHCONG_TEST_WRITE="+path)
		process.Stderr = os.Stderr
		stdin, err := process.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		processes, starts = append(processes, process), append(starts, bufio.NewWriter(stdin))
	}
	for _, start := range starts {
		fmt.Fprintln(start, "go")
		if err := start.Flush(); err != nil {
			t.Error(err)
		}
	}
	for _, process := range processes {
		if err := process.Wait(); err != nil {
			t.Error(err)
		}
	}
	if n := countUnits(t, reopen(t, path)); n != 50 {
		t.Errorf("have %d units, want 50", n)
	}
}

func writeFromAnotherProcess(t *testing.T, path string) {
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	db := reopen(t, path)
	for i := range 25 {
		err := db.Tx(t.Context(), func(tx *sql.Tx) error {
			return insertUnit(t.Context(), tx, fmt.Sprintf("đơn vị %d của %d", i, os.Getpid()))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestDatabaseRunsInFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := New(openTemp(t))
		time.Sleep(24 * time.Hour)
		site, err := reg.Add(t.Context(), Draft{URL: "a.tinhmau.gov.vn"})
		if err != nil {
			t.Fatal(err)
		}
		if !site.AddedAt.Equal(time.Now()) {
			t.Errorf("have %v, want %v", site.AddedAt, time.Now())
		}
	})
}

func TestMillis(t *testing.T) {
	at := time.Date(2026, 11, 22, 2, 7, 1, 123456789, time.UTC)
	if have := FromMillis(Millis(at)); !have.Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("have %v, want %v to the millisecond", have, at)
	}
	if Millis(time.Time{}) != 0 || !FromMillis(0).IsZero() {
		t.Errorf("the zero time becomes %d and comes back as %v", Millis(time.Time{}), FromMillis(0))
	}
}
