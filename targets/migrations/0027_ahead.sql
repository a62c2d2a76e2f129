-- A run that lay far in the future when it was looked at: it was made by a clock that was ahead, unless that one was right.
-- owner: monitor
ALTER TABLE daily_runs ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;
