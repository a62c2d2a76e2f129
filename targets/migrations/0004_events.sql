-- Times at which portals are declared to look different: each ends, and none is ever deleted.
-- owner: targets
CREATE TABLE appearance_events (
	id          INTEGER PRIMARY KEY,
	kind        TEXT NOT NULL CHECK (kind IN ('mourning', 'festive', 'banner', 'merger', 'redesign')),
	unit_id     INTEGER REFERENCES units (id), -- every portal of a unit
	site_id     INTEGER REFERENCES sites (id), -- one portal; with neither, the whole province
	from_at     INTEGER NOT NULL,
	until_at    INTEGER NOT NULL,
	reason      TEXT NOT NULL,
	declared_by TEXT NOT NULL,
	declared_at INTEGER NOT NULL,
	ended_by    TEXT NOT NULL DEFAULT '',
	ended_at    INTEGER, -- when a person ended it before its time
	CHECK (until_at > from_at),
	CHECK (unit_id IS NULL OR site_id IS NULL)
) STRICT;
CREATE INDEX appearance_events_until ON appearance_events (until_at);
