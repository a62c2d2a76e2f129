-- What the monitor has to say about itself: one live notice of each kind at most.
-- owner: notify
CREATE TABLE notices (
	id     INTEGER PRIMARY KEY,
	kind   TEXT NOT NULL CHECK (kind IN ('blind', 'browser', 'overdue', 'disk')),
	since  INTEGER NOT NULL,
	until  INTEGER, -- NULL while it lasts
	detail TEXT NOT NULL, -- facts from the machine, one line
	sites  INTEGER NOT NULL -- sites concerned
) STRICT;
CREATE UNIQUE INDEX notices_one_live ON notices (kind) WHERE until IS NULL;

-- The outbox. A row is written in the transaction that changes its incident or notice, and is never deleted before it is
-- sent. An alert tells of one of the two.
-- owner: notify
CREATE TABLE alerts_new (
	id          INTEGER PRIMARY KEY,
	dedupe      TEXT NOT NULL UNIQUE, -- incident or notice, event, channel, recipient: the same fact is never queued twice
	incident_id INTEGER REFERENCES incidents (id),
	notice_id   INTEGER REFERENCES notices (id),
	kind        TEXT NOT NULL, -- opened, worsened, picture, acknowledged, closed
	channel     TEXT NOT NULL,
	recipient   TEXT NOT NULL,
	verdict_id  INTEGER REFERENCES verdicts (id), -- of an incident
	created_at  INTEGER NOT NULL,
	not_before  INTEGER NOT NULL,
	attempts    INTEGER NOT NULL DEFAULT 0,
	claimed_at  INTEGER, -- set before a try: claimed but not sent after a crash means it may have arrived
	sent_at     INTEGER,
	receipt     TEXT NOT NULL DEFAULT '', -- the channel's id of the message
	last_error  TEXT NOT NULL DEFAULT '',
	carried_by  INTEGER REFERENCES alerts_new (id), -- the alert whose message told this fact as well
	CHECK ((incident_id IS NULL) <> (notice_id IS NULL)),
	CHECK ((incident_id IS NULL) = (verdict_id IS NULL))
) STRICT;
INSERT INTO alerts_new (id, dedupe, incident_id, kind, channel, recipient, verdict_id, created_at, not_before, attempts,
		claimed_at, sent_at, receipt, last_error, carried_by)
	SELECT id, dedupe, incident_id, kind, channel, recipient, verdict_id, created_at, not_before, attempts,
		claimed_at, sent_at, receipt, last_error, carried_by FROM alerts;
DROP TABLE alerts;
ALTER TABLE alerts_new RENAME TO alerts; -- and what refers to it, with it
CREATE INDEX alerts_incident ON alerts (incident_id, notice_id);
CREATE INDEX alerts_pending ON alerts (not_before) WHERE sent_at IS NULL;
