// Package targets says what to watch, and what to expect there.
//
// It owns the list of sites with the units they belong to and the profiles that set how often each one is looked at.
// It also owns the SQLite file that every room keeps its own tables in: Open applies the numbered migrations and hands out a DB.
// Nothing here looks at the network; a Site is plain data that the rooms downstream carry along.
package targets

import (
	"context"
	"errors"
)

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

// Add starts watching a site. It normalises the address, creates the unit when it is new, and returns the stored Site.
// The error wraps ErrDuplicate when the same portal is already watched, ErrNotFound when the profile does not exist,
// and *AddressError when the address cannot be watched.
func (r *Registry) Add(ctx context.Context, d Draft) (Site, error) { return r.add(ctx, d) }

// Remove stops watching a site. Its history stays in the database. The error wraps ErrNotFound.
func (r *Registry) Remove(ctx context.Context, id int64) error { return r.remove(ctx, id) }

// Site returns one watched site. The error wraps ErrNotFound.
func (r *Registry) Site(ctx context.Context, id int64) (Site, error) { return r.site(ctx, id) }

// FindSite returns the watched site whose key equals that of address; ok is false when there is none.
func (r *Registry) FindSite(ctx context.Context, address string) (s Site, ok bool, err error) {
	return r.findSite(ctx, address)
}

// Sites returns every watched site, ordered by priority, unit and name.
func (r *Registry) Sites(ctx context.Context) ([]Site, error) { return r.sites(ctx) }

// Units returns every unit, ordered by name.
func (r *Registry) Units(ctx context.Context) ([]Unit, error) { return r.units(ctx) }

// Profile returns a named profile. The error wraps ErrNotFound.
func (r *Registry) Profile(ctx context.Context, name string) (Profile, error) {
	return r.profile(ctx, name)
}

// SaveProfile adds or replaces a profile.
func (r *Registry) SaveProfile(ctx context.Context, p Profile) error { return r.saveProfile(ctx, p) }

// Language is one of the languages people are spoken to in. It lives here because every room speaks.
type Language string

// The languages, the first one first.
const (
	Vietnamese Language = "vi"
	English    Language = "en"
)
