-- Who is on duty when (lịch trực). A shift is one person's turn at one tier. None is ever deleted: one that was taken out, or
-- given to somebody else, says by whom and why.
-- owner: notify
CREATE TABLE shifts (
	id             INTEGER PRIMARY KEY,
	tier           INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 3), -- 1 trực giám sát, 2 trực kỹ thuật, 3 lãnh đạo trực
	person_id      INTEGER NOT NULL REFERENCES people (id),
	from_at        INTEGER NOT NULL,
	until_at       INTEGER NOT NULL, -- the first instant after it
	note           TEXT NOT NULL,
	added_by       TEXT NOT NULL, -- login
	added_at       INTEGER NOT NULL,
	instead_of     INTEGER REFERENCES shifts (id), -- the shift whose place it took when people swapped, or that it is the part of which was over by then; NULL for one of the list
	checked_in_at  INTEGER, -- when the person said that they are there
	handed_over_at INTEGER, -- when they said that they have gone
	removed_by     TEXT NOT NULL DEFAULT '',
	removed_at     INTEGER,
	removed_for    TEXT NOT NULL DEFAULT '', -- why
	CHECK (until_at > from_at)
) STRICT;
CREATE UNIQUE INDEX shifts_once ON shifts (tier, person_id, from_at, until_at) WHERE removed_at IS NULL;
CREATE INDEX shifts_until ON shifts (until_at) WHERE removed_at IS NULL;
CREATE INDEX shifts_instead ON shifts (instead_of) WHERE instead_of IS NOT NULL;
