-- An outage is confirmed 20, 60 and 120 s after the first look that failed: the waits are between the looks.
-- owner: targets
UPDATE profiles SET recheck_ms = '[20000,40000,60000]' WHERE recheck_ms = '[20000,60000,120000]';
