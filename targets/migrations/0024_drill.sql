-- Incidents come back after they were over, are practised, and are kept quiet for a while.
-- owner: notify
ALTER TABLE incidents ADD COLUMN recurrences INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN hushed_until INTEGER; -- people are not told more before
ALTER TABLE incidents ADD COLUMN hushed_by TEXT NOT NULL DEFAULT ''; -- who asked for that; '' where it was announced
DROP INDEX incidents_one_live;
CREATE UNIQUE INDEX incidents_one_live ON incidents (site_id, concern, drill) WHERE state IN ('suspected', 'open', 'acknowledged');
CREATE INDEX incidents_hushed ON incidents (id) WHERE hushed_until IS NOT NULL;
CREATE INDEX incidents_drills ON incidents (opened_at) WHERE drill = 1;

-- Which kinds of changes can be announced is the program's to know: there will be more.
-- owner: targets
CREATE TABLE appearance_events_new (
	id          INTEGER PRIMARY KEY,
	kind        TEXT NOT NULL,
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
INSERT INTO appearance_events_new SELECT id, kind, unit_id, site_id, from_at, until_at, reason, declared_by, declared_at, ended_by, ended_at FROM appearance_events;
DROP TABLE appearance_events;
ALTER TABLE appearance_events_new RENAME TO appearance_events;
CREATE INDEX appearance_events_until ON appearance_events (until_at);
