-- What is said once on its day, whether or not anything happened.
-- owner: notify
CREATE TABLE notes (
	id    INTEGER PRIMARY KEY,
	kind  TEXT NOT NULL,
	day   TEXT NOT NULL, -- what it is said once for, by Vietnam's clock: 2027-02-06
	at    INTEGER NOT NULL,
	words TEXT NOT NULL, -- JSON: title and body by language, as things stood then
	UNIQUE (kind, day)
) STRICT;

-- The runs of the program: one that was not ended was killed, or lost its power.
-- owner: notify
CREATE TABLE lives (
	id       INTEGER PRIMARY KEY,
	began_at INTEGER NOT NULL,
	seen_at  INTEGER NOT NULL, -- written twice a minute, which proves that the database can be written
	ended_at INTEGER -- NULL while it lasts, and for ever after a kill
) STRICT;
