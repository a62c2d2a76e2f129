// Package targetstest gives tests a real database, a fresh, migrated SQLite file that disappears with the test, and a real disk to fill.
package targetstest

import (
	"path/filepath"
	"testing"

	"canhcong/targets"
)

// DB returns a fresh migrated database in a temporary folder. It is closed when the test ends.
func DB(t testing.TB) *targets.DB {
	t.Helper()
	db, err := targets.Open(t.Context(), filepath.Join(t.TempDir(), "canhcong.db"))
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
