-- When the last look was counted that saw an incident: the next one has to keep its distance from that, not from the first.
-- owner: notify
ALTER TABLE incidents ADD COLUMN agreed_at INTEGER; -- NULL in rows from before: as suspected_at
