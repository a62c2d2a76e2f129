-- Whom to call (đầu mối): somebody of a unit, or of a body outside such as the authority or a provider.
-- owner: targets
CREATE TABLE contacts (
	id         INTEGER PRIMARY KEY,
	unit_id    INTEGER REFERENCES units (id), -- NULL for a body outside
	body       TEXT NOT NULL, -- its name, or that of the unit, as it was written
	fold       TEXT NOT NULL UNIQUE, -- the names of the body and the person without case and with one way of writing them
	name       TEXT NOT NULL,
	duty       TEXT NOT NULL, -- what they are there for
	phone      TEXT NOT NULL,
	mailbox    TEXT NOT NULL,
	from_at    INTEGER, -- NULL for always
	until_at   INTEGER, -- the first instant at which it does not hold any more; NULL for as long as nobody says so
	written_by TEXT NOT NULL, -- login
	written_at INTEGER NOT NULL,
	checked_by TEXT NOT NULL DEFAULT '', -- login of who last tried whether it is still right
	checked_at INTEGER
) STRICT;
CREATE INDEX contacts_unit ON contacts (unit_id) WHERE unit_id IS NOT NULL;
