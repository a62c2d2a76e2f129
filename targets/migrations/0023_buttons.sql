-- What people say back over a channel that is listened to.

-- A button under a message about an incident. Its ID is all that the channel knows of it.
-- owner: notify
CREATE TABLE buttons (
	id          TEXT PRIMARY KEY, -- 128 bits of chance, base64url
	incident_id INTEGER NOT NULL REFERENCES incidents (id),
	deed        TEXT NOT NULL, -- what it does: take, details, …
	channel     TEXT NOT NULL,
	recipient   TEXT NOT NULL, -- whom the message was for
	message     TEXT NOT NULL, -- the channel's id of it, '' while that is not known
	made_at     INTEGER NOT NULL,
	expires_at  INTEGER NOT NULL,
	used_at     INTEGER, -- when it first did something
	used_by     TEXT NOT NULL DEFAULT '' -- login
) STRICT, WITHOUT ROWID;
CREATE INDEX buttons_incident ON buttons (incident_id, channel, recipient);
CREATE INDEX buttons_expires ON buttons (expires_at);

-- The code that a person says once, over a channel, to have their account there for an address: the newest of each person.
-- owner: notify
CREATE TABLE link_codes (
	person_id  INTEGER PRIMARY KEY REFERENCES people (id),
	hash       TEXT NOT NULL UNIQUE, -- SHA-256: the code itself is never kept
	made_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	used_at    INTEGER
) STRICT;

-- Up to where a listener has done what was said to it.
-- owner: notify
CREATE TABLE listeners (
	name     TEXT PRIMARY KEY, -- the channel and the bot
	position INTEGER NOT NULL, -- the channel's number of the last update that was handled
	heard_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
