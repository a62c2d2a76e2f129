-- What an alert tells of is named in one way, so that there may be more than incidents and notices; and an alert may be for a
-- person, and may wait to see what becomes of another one before it is sent.
-- owner: notify
CREATE TABLE alerts_new (
	id          INTEGER PRIMARY KEY,
	dedupe      TEXT NOT NULL UNIQUE, -- subject, event, channel, recipient: the same fact is never queued twice
	about_kind  TEXT NOT NULL, -- incident, notice, …: the table that about_id is a row of
	about_id    INTEGER NOT NULL,
	kind        TEXT NOT NULL, -- opened, worsened, picture, acknowledged, closed, …
	channel     TEXT NOT NULL,
	recipient   TEXT NOT NULL,
	person_id   INTEGER REFERENCES people (id), -- whose address that is; NULL for one that people share
	verdict_id  INTEGER REFERENCES verdicts (id), -- of an incident
	after_id    INTEGER REFERENCES alerts_new (id), -- the same fact on the person's channel before this one: this is sent only if that is of no use
	created_at  INTEGER NOT NULL,
	not_before  INTEGER NOT NULL,
	attempts    INTEGER NOT NULL DEFAULT 0,
	claimed_at  INTEGER, -- set before a try: claimed but not sent after a crash means it may have arrived
	sent_at     INTEGER,
	receipt     TEXT NOT NULL DEFAULT '', -- the channel's id of the message
	last_error  TEXT NOT NULL DEFAULT '',
	carried_by  INTEGER REFERENCES alerts_new (id), -- the alert whose message told this fact as well
	CHECK (about_kind <> 'incident' OR verdict_id IS NOT NULL)
) STRICT;
INSERT INTO alerts_new (id, dedupe, about_kind, about_id, kind, channel, recipient, verdict_id, created_at, not_before, attempts,
		claimed_at, sent_at, receipt, last_error, carried_by)
	SELECT id, dedupe, CASE WHEN notice_id IS NULL THEN 'incident' ELSE 'notice' END, coalesce(notice_id, incident_id), kind, channel, recipient,
		verdict_id, created_at, not_before, attempts, claimed_at, sent_at, receipt, last_error, carried_by FROM alerts;
DROP TABLE alerts;
ALTER TABLE alerts_new RENAME TO alerts; -- and what refers to it, with it
CREATE INDEX alerts_about ON alerts (about_kind, about_id);
CREATE INDEX alerts_pending ON alerts (not_before) WHERE sent_at IS NULL;
CREATE INDEX alerts_verdict ON alerts (verdict_id);
CREATE INDEX alerts_after ON alerts (after_id) WHERE after_id IS NOT NULL;

-- The kinds of notices are the program's to know: there will be more.
-- owner: notify
CREATE TABLE notices_new (
	id     INTEGER PRIMARY KEY,
	kind   TEXT NOT NULL,
	since  INTEGER NOT NULL,
	until  INTEGER, -- NULL while it lasts
	detail TEXT NOT NULL, -- facts from the machine, one line
	sites  INTEGER NOT NULL -- sites concerned
) STRICT;
INSERT INTO notices_new SELECT id, kind, since, until, detail, sites FROM notices;
DROP TABLE notices;
ALTER TABLE notices_new RENAME TO notices;
CREATE UNIQUE INDEX notices_one_live ON notices (kind) WHERE until IS NULL;
