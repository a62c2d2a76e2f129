-- What the probes of a site found, summed up by the hour, and by the day (Vietnam's) what is older. Time that is in none of
-- the three durations is time without data. The rows of one hour are written together, so they lie together.
-- owner: monitor
CREATE TABLE tallies (
	hours      INTEGER NOT NULL CHECK (hours IN (1, 24)), -- that the row covers
	from_at    INTEGER NOT NULL,
	site_id    INTEGER NOT NULL REFERENCES sites (id),
	up_ms      INTEGER NOT NULL,
	down_ms    INTEGER NOT NULL,
	blocked_ms INTEGER NOT NULL,
	probes     INTEGER NOT NULL,
	answers    INTEGER NOT NULL, -- probes that found the site well
	took_ms    INTEGER NOT NULL, -- by these in all
	slowest_ms INTEGER NOT NULL, -- by one of these
	PRIMARY KEY (hours, from_at, site_id)
) STRICT, WITHOUT ROWID;

-- When a look last said anything about the site: most are not kept.
ALTER TABLE looks ADD COLUMN seen_at INTEGER;
