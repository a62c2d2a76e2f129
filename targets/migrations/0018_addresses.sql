-- How each person is reached: their addresses, in the order in which they are tried.
-- owner: notify
CREATE TABLE addresses (
	id         INTEGER PRIMARY KEY,
	person_id  INTEGER NOT NULL REFERENCES people (id),
	channel    TEXT NOT NULL, -- name of the way: telegram, mail, …
	recipient  TEXT NOT NULL, -- the channel's own address: a chat id, a mailbox
	place      INTEGER NOT NULL, -- 1 is tried first
	proven_at  INTEGER, -- when a message last arrived
	failed_at  INTEGER, -- since when the channel says that nothing can arrive
	failure    TEXT NOT NULL DEFAULT '', -- why
	created_at INTEGER NOT NULL,
	retired_at INTEGER
) STRICT;
CREATE UNIQUE INDEX addresses_one_owner ON addresses (channel, recipient) WHERE retired_at IS NULL;
CREATE INDEX addresses_person ON addresses (person_id, place) WHERE retired_at IS NULL;
