-- Whether the page arrives whole is a concern of its own, and each state counts the looks in a row that found it.
ALTER TABLE states RENAME TO states_before;
-- owner: baseline
CREATE TABLE states (
	site_id    INTEGER NOT NULL REFERENCES sites (id),
	concern    TEXT NOT NULL CHECK (concern IN ('availability', 'content', 'certificate', 'quality')),
	state      TEXT NOT NULL,
	since      INTEGER NOT NULL,
	looks      INTEGER NOT NULL, -- in a row
	verdict_id INTEGER NOT NULL REFERENCES verdicts (id),
	looked_at  INTEGER NOT NULL,
	PRIMARY KEY (site_id, concern)
) STRICT, WITHOUT ROWID;
INSERT INTO states (site_id, concern, state, since, looks, verdict_id, looked_at)
	SELECT site_id, concern, state, since, 1, verdict_id, looked_at FROM states_before;
DROP TABLE states_before;
