-- The one message at the top of each shared chat that says how things are.
-- owner: notify
CREATE TABLE boards (
	channel   TEXT NOT NULL,
	recipient TEXT NOT NULL,
	receipt   TEXT NOT NULL, -- the channel's id of the message
	pinned    INTEGER NOT NULL,
	PRIMARY KEY (channel, recipient)
) STRICT;
