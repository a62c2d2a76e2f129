package targets

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// files makes a set of migrations, the first one called 0001_a.sql, and so on.
func files(steps ...string) fstest.MapFS {
	set := fstest.MapFS{}
	for i, text := range steps {
		set[fmt.Sprintf("%04d_%c.sql", i+1, 'a'+i)] = &fstest.MapFile{Data: []byte(text)}
	}
	return set
}

func openWith(t *testing.T, path string, migrations fs.FS) (*DB, error) {
	t.Helper()
	db, err := open(t.Context(), path, migrations)
	if err == nil {
		t.Cleanup(func() { db.Close() })
	}
	return db, err
}

func version(t *testing.T, db *DB) int {
	t.Helper()
	v, err := schemaVersion(t.Context(), db.Read)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func copies(t *testing.T, path string) []string {
	t.Helper()
	names, err := filepath.Glob(path + ".v*.bak")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestMigrateNewFile(t *testing.T) {
	steps, err := readMigrations(embedded)
	if err != nil || len(steps) == 0 {
		t.Fatalf("have %d migrations, %v", len(steps), err)
	}
	path := filepath.Join(t.TempDir(), "canhcong.db")
	if have := version(t, reopen(t, path)); have != len(steps) {
		t.Errorf("have version %d, want %d", have, len(steps))
	}
	reopen(t, path) // again, with nothing to do
	if names := copies(t, path); len(names) != 0 {
		t.Errorf("have copies %v, want none: there was nothing to lose", names)
	}
}

// TestMigrateOlderDatabase lets today's schema grow by two steps, one of which rebuilds a table that others point to.
func TestMigrateOlderDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "canhcong.db")
	old := reopen(t, path)
	site, err := New(old).Add(t.Context(), Draft{URL: "a.tinhmau.gov.vn", Unit: "UBND xã A"})
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	today, err := readMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, step := range today {
		texts = append(texts, step.sql)
	}
	newer := files(append(texts,
		`ALTER TABLE sites ADD COLUMN extra TEXT NOT NULL DEFAULT 'x'`,
		`CREATE TABLE units_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, fold TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, phone TEXT NOT NULL DEFAULT '') STRICT;
		 INSERT INTO units_new (id, name, fold, created_at) SELECT id, name, fold, created_at FROM units;
		 DROP TABLE units;
		 ALTER TABLE units_new RENAME TO units;`)...)
	db, err := openWith(t, path, newer)
	if err != nil {
		t.Fatal(err)
	}
	if have := version(t, db); have != len(today)+2 {
		t.Errorf("have version %d, want %d", have, len(today)+2)
	}
	have, err := New(db).Site(t.Context(), site.ID)
	if err != nil || have.Unit != site.Unit {
		t.Errorf("have %+v %v\nwant %+v", have, err, site)
	}
	if err := checkPragmas(t.Context(), db.Write, wanted(false)); err != nil {
		t.Errorf("after migrating: %v", err)
	}
	wantCopy(t, path, len(today), site)
}

// wantCopy opens the copy that a migration left and finds the site and the old schema in it.
func wantCopy(t *testing.T, path string, want int, site Site) {
	t.Helper()
	names := copies(t, path)
	if len(names) != 1 {
		t.Fatalf("have copies %v, want one", names)
	}
	if info, err := os.Stat(names[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("have copy %v %v, want mode 0600", info, err)
	}
	copied := reopen(t, names[0])
	if have := version(t, copied); have != want {
		t.Errorf("the copy has version %d, want %d", have, want)
	}
	have, err := New(copied).Site(t.Context(), site.ID)
	if err != nil || have.URL != site.URL {
		t.Errorf("the copy has %+v %v", have, err)
	}
}

func TestMigrateStepByStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "canhcong.db")
	steps := []string{`CREATE TABLE a (x)`, `CREATE TABLE b (x); INSERT INTO b VALUES (1)`, `UPDATE b SET x = 2`}
	for n := range steps {
		db, err := openWith(t, path, files(steps[:n+1]...))
		if err != nil {
			t.Fatal(err)
		}
		if have := version(t, db); have != n+1 {
			t.Errorf("have version %d, want %d", have, n+1)
		}
		db.Close()
	}
	if names := copies(t, path); len(names) != 2 {
		t.Errorf("have copies %v, want one of version 1 and one of 2", names)
	}
}

func TestMigrateFailureLeavesTheStepOut(t *testing.T) {
	tests := map[string]string{
		"CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)":                                      "no such table: nowhere",
		"CREATE TABLE b (x INTEGER PRIMARY KEY, y REFERENCES b (x)); INSERT INTO b VALUES (1, 9)": "row 1 of b points to nothing in b",
		"CREATE TABLE b (": "incomplete input",
	}
	for text, want := range tests {
		path := filepath.Join(t.TempDir(), "canhcong.db")
		_, err := openWith(t, path, files(`CREATE TABLE a (x)`, text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "0002_b.sql") {
			t.Errorf("%s\nhave %v\nwant %s", text, err, want)
		}
		db, err := openWith(t, path, files(`CREATE TABLE a (x)`))
		if err != nil {
			t.Fatalf("%s: after the failure: %v", text, err)
		}
		if have := version(t, db); have != 1 {
			t.Errorf("%s: have version %d, want 1", text, have)
		}
		var tables int
		if err := db.Read.QueryRow(`SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil || tables != 1 {
			t.Errorf("%s: have %d tables %v, want 1", text, tables, err)
		}
	}
}

func TestMigrateRefuses(t *testing.T) {
	create := &fstest.MapFile{Data: []byte(`CREATE TABLE a (x)`)}
	three := files(`CREATE TABLE a (x)`, `CREATE TABLE b (x)`, `CREATE TABLE c (x)`)
	tests := []struct {
		name          string
		before, after fs.FS
		want          string
	}{
		{"a newer file", three, files(`CREATE TABLE a (x)`), "schema version 3 but this program knows only 1"},
		{"a gap", nil, fstest.MapFS{"0001_a.sql": create, "0003_c.sql": create}, "migration 0002 is missing: found 0003_c.sql"},
		{"no first file", nil, fstest.MapFS{"0002_b.sql": create}, "migration 0001 is missing"},
		{"one number twice", nil, fstest.MapFS{"0001_a.sql": create, "0001_b.sql": create}, "migration 0002 is missing: found 0001_b.sql"},
		{"no number", nil, fstest.MapFS{"first.sql": create}, "must start with its number"},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "canhcong.db")
		if test.before != nil {
			db, err := openWith(t, path, test.before)
			if err != nil {
				t.Fatal(err)
			}
			db.Close()
		}
		_, err := openWith(t, path, test.after)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\nhave %v\nwant %s", test.name, err, test.want)
		}
	}
}

func TestMigrateRefusesTheDatabaseOfAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(`CREATE TABLE bookmarks (x)`); err != nil {
		t.Fatal(err)
	}
	other.Close()
	_, err = openWith(t, path, embedded)
	if err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("have %v", err)
	}
}
