-- Who is told what: an alert that waited for the one before it says when it was let go.
ALTER TABLE alerts ADD COLUMN released_at INTEGER; -- NULL while an alert with an after_id is held

-- Where a shared address of the configuration has moved to, as its channel says: a group that became a supergroup.
-- owner: notify
CREATE TABLE forwards (
	channel   TEXT NOT NULL,
	recipient TEXT NOT NULL, -- as it is configured
	moved_to  TEXT NOT NULL,
	at        INTEGER NOT NULL,
	PRIMARY KEY (channel, recipient)
) STRICT, WITHOUT ROWID;

-- The steps that an incident, or a group of them, has climbed because nobody took it on.
-- owner: notify
CREATE TABLE escalations (
	about_kind TEXT NOT NULL, -- incident, group
	about_id   INTEGER NOT NULL,
	since      INTEGER NOT NULL, -- when people were told that it began: it may come back, and nobody may be on it then
	step       INTEGER NOT NULL, -- 1 is the first
	at         INTEGER NOT NULL,
	PRIMARY KEY (about_kind, about_id, since, step)
) STRICT, WITHOUT ROWID;
