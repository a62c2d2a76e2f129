-- An outage that comes and goes is one incident.
-- owner: notify
ALTER TABLE incidents ADD COLUMN flapping_at INTEGER; -- since when it does; NULL while it does not
ALTER TABLE incidents ADD COLUMN digest_at INTEGER; -- when people were told of that last
ALTER TABLE incidents ADD COLUMN drops INTEGER NOT NULL DEFAULT 0; -- how often it went since then
