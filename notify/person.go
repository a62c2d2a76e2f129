package notify

import (
	"context"
	"fmt"
	"regexp"
	"strings"
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

// loginPattern is what a login looks like: easy to type, and impossible to mistake for another one.
var loginPattern = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,39}$`)

// LoginError says that a login does not look like one.
type LoginError struct{ Login string }

// Error implements error.
func (e *LoginError) Error() string { return fmt.Sprintf("%q is not a login", e.Login) }

// Text says it for people.
func (e *LoginError) Text(lang targets.Language) string { return wordLoginRule.in(lang) }

// login is a login as it is kept, however it was typed.
func login(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// AddPerson adds a person and returns them with their ID; the login is kept in lower case. The error is a *LoginError when
// it does not look like one, and wraps ErrTaken when it exists.
func (d *Desk) AddPerson(ctx context.Context, p Person) (Person, error) {
	if p.Login = login(p.Login); !loginPattern.MatchString(p.Login) {
		return Person{}, fmt.Errorf("add a person: %w", &LoginError{p.Login})
	}
	return d.addPerson(ctx, p, time.Now())
}

// Person returns one person who has not retired. The error wraps ErrNotFound.
func (d *Desk) Person(ctx context.Context, id int64) (Person, error) {
	return d.personByID(ctx, id)
}

// PersonByLogin returns the person with a login, however it is typed, who has not retired. The error wraps ErrNotFound.
func (d *Desk) PersonByLogin(ctx context.Context, typed string) (Person, error) {
	return d.personByLogin(ctx, login(typed))
}

// People returns everybody who has not retired, by name.
func (d *Desk) People(ctx context.Context) ([]Person, error) { return d.people(ctx) }

// SetLanguage changes the language a person is spoken to in. The error wraps ErrNotFound.
func (d *Desk) SetLanguage(ctx context.Context, id int64, lang targets.Language) error {
	return d.setLanguage(ctx, id, lang)
}
