// Package targets says what to watch, and what to expect there.
//
// It owns the list of sites with the units they belong to and the profiles that set how often each one is looked at.
// It also owns the SQLite file that every room keeps its own tables in: Open applies the numbered migrations and hands out a DB.
// Nothing here looks at the network; a Site is plain data that the rooms downstream carry along.
package targets

import "errors"

// ErrNotFound is returned (wrapped) when a named site, unit or profile does not exist.
var ErrNotFound = errors.New("not found")

// ErrDuplicate is returned (wrapped) when a site with the same key is already watched.
var ErrDuplicate = errors.New("already watched")

// Registry keeps the sites, units and profiles in the database.
type Registry struct {
	db *DB
}

// New returns the registry kept in db.
func New(db *DB) *Registry { return &Registry{db: db} }

// DB returns the database the registry is kept in, for the rooms that keep their own tables in the same file.
func (r *Registry) DB() *DB { return r.db }

// Language is one of the languages people are spoken to in. It lives here because every room speaks.
type Language string

// The languages, the first one first.
const (
	Vietnamese Language = "vi"
	English    Language = "en"
)
