// Package targetstest gives tests a real database, a fresh, migrated SQLite file that disappears with the test, and a real disk to fill.
package targetstest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"canhcong/targets"
)

// migrated is the file of a new database. It is made once in each process: to migrate costs more than most tests do.
var migrated = sync.OnceValues(func() (content []byte, err error) {
	folder, err := os.MkdirTemp("", "migrated")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "canhcong.db")
	db, err := targets.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// DB returns a fresh migrated database in a temporary folder. It is closed when the test ends.
func DB(t testing.TB) *targets.DB {
	t.Helper()
	content, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "canhcong.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := targets.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return db
}

// Site adds a site with an address and a name to the registry, with defaults for the rest.
func Site(t testing.TB, registry *targets.Registry, url, name string) targets.Site {
	t.Helper()
	site, err := registry.Add(t.Context(), targets.Draft{URL: url, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return site
}
