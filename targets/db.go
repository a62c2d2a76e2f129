package targets

import (
	"database/sql"
)

// DB is the one SQLite file of an installation. Write has a single connection whose transactions are immediate and
// synchronous(FULL); Read is a pool that can only query. A writer must close its rows before it runs the next statement.
type DB struct {
	Write *sql.DB
	Read  *sql.DB
	Path  string
}
