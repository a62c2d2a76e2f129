-- The pace of a heightened period: a probe every half minute, a render every five minutes.
INSERT OR IGNORE INTO profiles VALUES ('cao điểm', 30000, 300000, '[20000,60000,120000]', '[10000,20000]', 60000, 5);

-- Heightened periods (đợt cao điểm): while one lasts its portals are looked at at the pace of its profile. Each ends, and none
-- is ever deleted.
-- owner: targets
CREATE TABLE periods (
	id            INTEGER PRIMARY KEY,
	name          TEXT NOT NULL,
	letter_number TEXT NOT NULL, -- of the letter that orders it, '' when none does
	unit_id       INTEGER REFERENCES units (id), -- every portal of a unit
	site_id       INTEGER REFERENCES sites (id), -- one portal; with neither, the whole province
	profile       TEXT NOT NULL REFERENCES profiles (name),
	from_at       INTEGER NOT NULL,
	until_at      INTEGER NOT NULL,
	declared_by   TEXT NOT NULL,
	declared_at   INTEGER NOT NULL,
	ended_by      TEXT NOT NULL DEFAULT '',
	ended_at      INTEGER, -- when a person ended it before its time
	CHECK (until_at > from_at),
	CHECK (unit_id IS NULL OR site_id IS NULL)
) STRICT;
CREATE INDEX periods_until ON periods (until_at);

-- One number that moves with every change of what the list of sites says, so that nobody reads the list to learn that it
-- is the same.
-- owner: targets
CREATE TABLE editions (
	number INTEGER NOT NULL
) STRICT;
INSERT INTO editions VALUES (1);
CREATE TRIGGER editions_sites_insert AFTER INSERT ON sites BEGIN UPDATE editions SET number = number + 1; END;
CREATE TRIGGER editions_sites_update AFTER UPDATE ON sites BEGIN UPDATE editions SET number = number + 1; END;
CREATE TRIGGER editions_sites_delete AFTER DELETE ON sites BEGIN UPDATE editions SET number = number + 1; END;
CREATE TRIGGER editions_units_update AFTER UPDATE ON units WHEN old.name <> new.name BEGIN UPDATE editions SET number = number + 1; END;
CREATE TRIGGER editions_profiles_update AFTER UPDATE ON profiles BEGIN UPDATE editions SET number = number + 1; END;

-- Looks in a row that found the site down, or were refused: in lasting trouble looks become rarer.
ALTER TABLE looks ADD COLUMN downs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE looks ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
CREATE INDEX looks_faulty ON looks (site_id) WHERE faults > 0;

-- The jobs of a day: each runs once, whatever happens to the program or to its clock.
-- owner: monitor
CREATE TABLE daily_runs (
	name       TEXT NOT NULL,
	day        TEXT NOT NULL, -- 2027-02-06, in Vietnam
	tries      INTEGER NOT NULL,
	started_at INTEGER NOT NULL, -- of the last try
	ended_at   INTEGER,          -- NULL while it runs, or when the program ended first
	error      TEXT NOT NULL,    -- '' when it did what it should
	PRIMARY KEY (name, day)
) STRICT, WITHOUT ROWID;
