-- What people report of an incident to the authority, and from when the time for it is counted.
-- owner: notify
ALTER TABLE incidents ADD COLUMN counted_at INTEGER; -- from when a person has it counted; NULL as the incident itself says
ALTER TABLE incidents ADD COLUMN needless INTEGER NOT NULL DEFAULT 0; -- nothing has to be reported: a person said so, or it was over before this was kept
ALTER TABLE incidents ADD COLUMN initial_letter TEXT NOT NULL DEFAULT ''; -- number of the initial report
ALTER TABLE incidents ADD COLUMN initial_at INTEGER; -- when it was sent
ALTER TABLE incidents ADD COLUMN initial_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN closing_letter TEXT NOT NULL DEFAULT ''; -- number of the closing report
ALTER TABLE incidents ADD COLUMN closing_at INTEGER;
ALTER TABLE incidents ADD COLUMN closing_by TEXT NOT NULL DEFAULT '';
UPDATE incidents SET needless = 1 WHERE state = 'closed';
CREATE INDEX incidents_unreported ON incidents (id) WHERE number IS NOT NULL AND drill = 0 AND needless = 0 AND closing_at IS NULL
	AND (counted_at IS NOT NULL OR concern = 'content');
