-- What people do about an incident: who deals with it, what they found it to be, and that it is mended.
-- owner: notify
ALTER TABLE incidents ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN finding TEXT NOT NULL DEFAULT ''; -- real, false, legitimate
ALTER TABLE incidents ADD COLUMN found_at INTEGER;
ALTER TABLE incidents ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN asked TEXT NOT NULL DEFAULT ''; -- the finding that a second person has to agree to
ALTER TABLE incidents ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN fixed_at INTEGER;
ALTER TABLE incidents ADD COLUMN fixed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN views TEXT NOT NULL DEFAULT '[]'; -- JSON: depths of look that saw an outage and have not been clean since
ALTER TABLE incidents ADD COLUMN red INTEGER NOT NULL DEFAULT 0; -- something was seen that speaks for itself
ALTER TABLE incidents ADD COLUMN echoes INTEGER NOT NULL DEFAULT 0; -- a person ended it: looks that see the same are quiet until one is clean
UPDATE incidents SET red = 1 WHERE concern = 'content' AND severity = 'critical';
UPDATE incidents SET owner = acknowledged_by WHERE state = 'acknowledged';
CREATE INDEX incidents_echoing ON incidents (site_id) WHERE echoes = 1;
