-- Where nobody else is in the list who could agree, one person's word excuses what is red after an hour, and everybody is told so.
-- owner: notify
ALTER TABLE incidents ADD COLUMN asked_at INTEGER; -- when a second person was asked to agree; NULL while nobody is
ALTER TABLE incidents ADD COLUMN alone INTEGER NOT NULL DEFAULT 0; -- nobody else could
UPDATE incidents SET asked_at = (SELECT max(at) FROM incident_events WHERE incident_id = incidents.id AND kind = 'asked') WHERE asked <> '';
