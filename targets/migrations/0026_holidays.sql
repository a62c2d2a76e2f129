-- What people have decided about days: holidays, days off in exchange, days of work. The others are computed.
-- owner: targets
CREATE TABLE holidays (
	day    TEXT PRIMARY KEY, -- 2027-02-06, by Vietnam's clock
	name   TEXT NOT NULL,
	kind   TEXT NOT NULL CHECK (kind IN ('paid', 'compensation', 'working', 'sensitive')),
	source TEXT NOT NULL, -- the document that decides it
	set_by TEXT NOT NULL, -- login
	set_at INTEGER NOT NULL
) STRICT;
