-- Many incidents with one cause are told as one.
-- owner: notify
CREATE TABLE incident_groups (
	id              INTEGER PRIMARY KEY,
	number          TEXT NOT NULL UNIQUE, -- NH-2027-0003, CD-2027-0001
	bond            TEXT NOT NULL, -- what the members have in common: region, address, network, host, unit, issuer, domain, text
	value           TEXT NOT NULL,
	concern         TEXT NOT NULL,
	state           TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed')),
	severity        TEXT NOT NULL,
	sites           INTEGER NOT NULL, -- that have it in common, whatever their state; 0 when nobody knows
	opened_at       INTEGER NOT NULL,
	grown_at        INTEGER NOT NULL, -- when its newest member joined
	told_at         INTEGER NOT NULL, -- when the message is due that tells how it stands
	acknowledged_at INTEGER,
	acknowledged_by TEXT NOT NULL DEFAULT '',
	closed_at       INTEGER
) STRICT;
CREATE INDEX incident_groups_live ON incident_groups (bond, value) WHERE state <> 'closed';

ALTER TABLE incidents ADD COLUMN group_id INTEGER REFERENCES incident_groups (id);
CREATE INDEX incidents_group ON incidents (group_id) WHERE group_id IS NOT NULL;

-- What each incident has in common with others. Of an outage or a certificate it is forgotten when that is over.
-- owner: notify
CREATE TABLE incident_bonds (
	incident_id INTEGER NOT NULL REFERENCES incidents (id),
	bond        TEXT NOT NULL,
	value       TEXT NOT NULL,
	PRIMARY KEY (incident_id, bond, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_bonds_value ON incident_bonds (bond, value);
