-- Buttons are under messages about groups as well. Those that were sent before count no longer: they last a day.
DROP TABLE buttons;

-- A button under a message. Its ID is all that the channel knows of it.
-- owner: notify
CREATE TABLE buttons (
	id         TEXT PRIMARY KEY, -- 128 bits of chance, base64url
	about_kind TEXT NOT NULL, -- what the message tells of: incident, group
	about_id   INTEGER NOT NULL,
	deed       TEXT NOT NULL, -- what it does: take, details, …
	channel    TEXT NOT NULL,
	recipient  TEXT NOT NULL, -- where the message went
	message    TEXT NOT NULL, -- the channel's id of it, '' while that is not known
	made_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	used_at    INTEGER, -- when it first did something
	used_by    TEXT NOT NULL DEFAULT '' -- login
) STRICT, WITHOUT ROWID;
CREATE INDEX buttons_about ON buttons (about_kind, about_id);
CREATE INDEX buttons_expires ON buttons (expires_at);
