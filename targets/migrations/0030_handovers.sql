-- What one shift told the next (sổ giao ca): as it was said, and as things stood then.
-- owner: notify
CREATE TABLE handovers (
	id       INTEGER PRIMARY KEY,
	shift_id INTEGER NOT NULL REFERENCES shifts (id),
	at       INTEGER NOT NULL,
	words    TEXT NOT NULL, -- the person's own
	facts    TEXT NOT NULL  -- what the machine adds, one on each line, in the language of the person
) STRICT;
CREATE INDEX handovers_shift ON handovers (shift_id);
