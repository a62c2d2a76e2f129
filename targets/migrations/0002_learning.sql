-- Several accepted looks of one page: JSON list, part of what the HMAC of the row covers; '' when there is one only.
ALTER TABLE baselines ADD COLUMN variants TEXT NOT NULL DEFAULT '';
-- The variant that a sample belongs to, by its approved observation; 0 is the one in the row itself.
ALTER TABLE baseline_samples ADD COLUMN anchor_id INTEGER NOT NULL DEFAULT 0;
-- The approved observation that a verdict was reached against.
ALTER TABLE verdicts ADD COLUMN anchor_id INTEGER NOT NULL DEFAULT 0;

-- Clean looks that wait to be learnt from after approval, and those that were: history can be judged again with them.
-- owner: baseline
CREATE TABLE baseline_quarantine (
	anchor_id      INTEGER NOT NULL REFERENCES observations (id), -- the approved one they resemble
	observation_id INTEGER NOT NULL REFERENCES observations (id),
	at             INTEGER NOT NULL, -- of the look
	text_at        INTEGER NOT NULL DEFAULT 0, -- when its texts and tiles were learnt
	structure_at   INTEGER NOT NULL DEFAULT 0, -- when its structure was learnt; -1 when it never will be
	mac            TEXT NOT NULL, -- HMAC: nobody else adds to what is learnt
	PRIMARY KEY (anchor_id, observation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX baseline_quarantine_at ON baseline_quarantine (at);

-- What was learnt around an approved observation since it was approved.
-- owner: baseline
CREATE TABLE baseline_rollings (
	anchor_id INTEGER PRIMARY KEY REFERENCES observations (id),
	profile   TEXT NOT NULL, -- JSON
	mac       TEXT NOT NULL
) STRICT;
