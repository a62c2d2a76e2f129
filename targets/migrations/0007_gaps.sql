-- When our own network was away. Nothing is known of any site in that time: it is neither up nor down.
-- owner: monitor
CREATE TABLE gaps (
	id      INTEGER PRIMARY KEY,
	from_at INTEGER NOT NULL,
	to_at   INTEGER, -- NULL while it lasts
	detail  TEXT NOT NULL
) STRICT;
CREATE INDEX gaps_time ON gaps (from_at);
