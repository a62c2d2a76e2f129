package notify

import (
	"context"
	"time"

	"canhcong/targets"
)

// Role says what a person may do.
type Role string

// The roles.
const (
	Admin     Role = "admin"     // quản trị
	Duty      Role = "duty"      // trực
	Webmaster Role = "webmaster" // of one unit
	Leader    Role = "leader"    // lãnh đạo: reads
)

// Person is one entry of the list of people: who is told, and who may log in.
type Person struct {
	ID        int64
	Login     string
	Name      string
	Role      Role
	UnitID    int64 // required for a webmaster; 0 for none
	Language  targets.Language
	CreatedAt time.Time
}

// AddPerson adds a person and returns them with their ID. The error wraps ErrTaken when the login exists.
func (d *Desk) AddPerson(ctx context.Context, p Person) (Person, error) {
	return d.addPerson(ctx, p, time.Now())
}

// Person returns one person. The error wraps ErrNotFound.
func (d *Desk) Person(ctx context.Context, id int64) (Person, error) {
	return d.personByID(ctx, id)
}

// PersonByLogin returns the person with a login. The error wraps ErrNotFound.
func (d *Desk) PersonByLogin(ctx context.Context, login string) (Person, error) {
	return d.personByLogin(ctx, login)
}

// People returns everybody who has not retired, by name.
func (d *Desk) People(ctx context.Context) ([]Person, error) { return d.people(ctx) }

// SetLanguage changes the language a person is spoken to in. The error wraps ErrNotFound.
func (d *Desk) SetLanguage(ctx context.Context, id int64, lang targets.Language) error {
	return d.setLanguage(ctx, id, lang)
}
