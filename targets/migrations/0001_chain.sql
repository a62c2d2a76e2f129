-- Instants are integer unix milliseconds in UTC. Each table is touched by the SQL of its owner only.

-- owner: targets
CREATE TABLE units (
	id         INTEGER PRIMARY KEY,
	name       TEXT NOT NULL,
	fold       TEXT NOT NULL UNIQUE, -- the name without case and with one way of writing it, so that two spellings are one unit
	created_at INTEGER NOT NULL
) STRICT;

-- owner: targets
CREATE TABLE profiles (
	name            TEXT PRIMARY KEY,
	probe_every_ms  INTEGER NOT NULL CHECK (probe_every_ms > 0),
	render_every_ms INTEGER NOT NULL CHECK (render_every_ms > 0),
	recheck_ms      TEXT NOT NULL, -- JSON list
	confirm_ms      TEXT NOT NULL, -- JSON list
	learn_every_ms  INTEGER NOT NULL CHECK (learn_every_ms > 0),
	learn_looks     INTEGER NOT NULL CHECK (learn_looks >= 3)
) STRICT;

INSERT INTO profiles VALUES ('thường', 60000, 900000, '[20000,60000,120000]', '[10000]', 60000, 5);

-- owner: targets
CREATE TABLE sites (
	id         INTEGER PRIMARY KEY,
	key        TEXT NOT NULL,
	url        TEXT NOT NULL,
	name       TEXT NOT NULL,
	unit_id    INTEGER NOT NULL REFERENCES units (id),
	priority   INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 3),
	profile    TEXT NOT NULL REFERENCES profiles (name),
	note       TEXT NOT NULL,
	added_at   INTEGER NOT NULL,
	removed_at INTEGER -- a removed site keeps its history
) STRICT;
CREATE UNIQUE INDEX sites_key ON sites (key) WHERE removed_at IS NULL;

-- owner: monitor
CREATE TABLE looks (
	site_id     INTEGER NOT NULL REFERENCES sites (id),
	depth       TEXT NOT NULL CHECK (depth IN ('probe', 'render')),
	next_due_at INTEGER NOT NULL,
	done_at     INTEGER,               -- when the last look of this depth ended
	done        INTEGER NOT NULL DEFAULT 0, -- looks made
	faults      INTEGER NOT NULL DEFAULT 0, -- looks in a row that ended in our own fault
	fingerprint TEXT NOT NULL DEFAULT '',   -- of the last good body
	PRIMARY KEY (site_id, depth)
) STRICT, WITHOUT ROWID;
CREATE INDEX looks_due ON looks (next_due_at);

-- owner: monitor
CREATE TABLE observations (
	id          INTEGER PRIMARY KEY,
	site_id     INTEGER NOT NULL REFERENCES sites (id),
	depth       TEXT NOT NULL,
	at          INTEGER NOT NULL,
	took_ms     INTEGER NOT NULL,
	outcome     TEXT NOT NULL,
	cause       TEXT NOT NULL, -- for down: dns, tcp, tls, http, timeout
	detail      TEXT NOT NULL, -- in words
	status      INTEGER NOT NULL,
	final_url   TEXT NOT NULL,
	certificate TEXT NOT NULL, -- JSON, '' when none was seen
	timings     TEXT NOT NULL, -- JSON, '' when none were taken
	page        TEXT NOT NULL, -- SHA-256 of the artefact with what was extracted, '' for a probe
	screenshot  TEXT NOT NULL, -- SHA-256 of the artefact
	thumbnail   TEXT NOT NULL  -- SHA-256 of the artefact
) STRICT;
CREATE INDEX observations_site ON observations (site_id, at);

-- owner: baseline
CREATE TABLE baselines (
	id             INTEGER PRIMARY KEY,
	site_id        INTEGER NOT NULL REFERENCES sites (id),
	version        INTEGER NOT NULL,
	state          TEXT NOT NULL CHECK (state IN ('learning', 'offered', 'approved', 'superseded', 'rejected')),
	observation_id INTEGER REFERENCES observations (id), -- the one shown for approval
	content_hash   TEXT NOT NULL, -- of what was shown: what is approved is exactly this
	profile        TEXT NOT NULL, -- what was learnt, JSON
	mac            TEXT NOT NULL, -- HMAC over the row, '' until approved
	decided_by     TEXT NOT NULL,
	decided_at     INTEGER,
	reason         TEXT NOT NULL,
	created_at     INTEGER NOT NULL,
	UNIQUE (site_id, version)
) STRICT;
CREATE UNIQUE INDEX baselines_one_approved ON baselines (site_id) WHERE state = 'approved';
CREATE UNIQUE INDEX baselines_one_candidate ON baselines (site_id) WHERE state IN ('learning', 'offered');

-- owner: baseline
CREATE TABLE baseline_samples (
	baseline_id    INTEGER NOT NULL REFERENCES baselines (id),
	observation_id INTEGER NOT NULL REFERENCES observations (id),
	PRIMARY KEY (baseline_id, observation_id)
) STRICT, WITHOUT ROWID;

-- owner: baseline
CREATE TABLE verdicts (
	id             INTEGER PRIMARY KEY,
	site_id        INTEGER NOT NULL REFERENCES sites (id),
	observation_id INTEGER NOT NULL REFERENCES observations (id),
	baseline_id    INTEGER REFERENCES baselines (id),
	at             INTEGER NOT NULL,
	availability   TEXT NOT NULL,
	content        TEXT NOT NULL,
	quality        TEXT NOT NULL,
	certificate    TEXT NOT NULL,
	score          REAL NOT NULL,
	evidence       TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX verdicts_site ON verdicts (site_id, at);
CREATE UNIQUE INDEX verdicts_observation ON verdicts (observation_id);

-- The newest state of each concern, and the verdict that said so. It can be rebuilt from verdicts.
-- owner: baseline
CREATE TABLE states (
	site_id    INTEGER NOT NULL REFERENCES sites (id),
	concern    TEXT NOT NULL CHECK (concern IN ('availability', 'content', 'certificate')),
	state      TEXT NOT NULL,
	since      INTEGER NOT NULL,
	verdict_id INTEGER NOT NULL REFERENCES verdicts (id),
	looked_at  INTEGER NOT NULL,
	PRIMARY KEY (site_id, concern)
) STRICT, WITHOUT ROWID;

-- owner: notify
CREATE TABLE people (
	id         INTEGER PRIMARY KEY,
	login      TEXT NOT NULL UNIQUE,
	name       TEXT NOT NULL,
	role       TEXT NOT NULL CHECK (role IN ('admin', 'duty', 'webmaster', 'leader')),
	unit_id    INTEGER REFERENCES units (id), -- required for a webmaster
	language   TEXT NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
	created_at INTEGER NOT NULL,
	retired_at INTEGER,
	CHECK (role <> 'webmaster' OR unit_id IS NOT NULL)
) STRICT;

-- owner: notify
CREATE TABLE incidents (
	id               INTEGER PRIMARY KEY,
	number           TEXT UNIQUE, -- SC-2027-0012, given when it opens
	site_id          INTEGER NOT NULL REFERENCES sites (id),
	concern          TEXT NOT NULL,
	state            TEXT NOT NULL CHECK (state IN ('suspected', 'open', 'acknowledged', 'closed', 'dropped')),
	severity         TEXT NOT NULL,
	bad_looks        INTEGER NOT NULL, -- looks that agreed, in all
	good_looks       INTEGER NOT NULL, -- clean looks in a row
	suspected_at     INTEGER NOT NULL,
	opened_at        INTEGER,
	acknowledged_at  INTEGER,
	acknowledged_by  TEXT NOT NULL DEFAULT '',
	raised_by        TEXT NOT NULL DEFAULT '', -- who said "not us"
	closed_at        INTEGER,
	close_reason     TEXT NOT NULL DEFAULT '',
	last_look_id     INTEGER NOT NULL, -- the observation last counted: handed over twice, it counts once
	first_verdict_id INTEGER NOT NULL REFERENCES verdicts (id),
	last_verdict_id  INTEGER NOT NULL REFERENCES verdicts (id),
	worst_verdict_id INTEGER NOT NULL REFERENCES verdicts (id) -- the one that messages and pictures show
) STRICT;
CREATE UNIQUE INDEX incidents_one_live ON incidents (site_id, concern) WHERE state IN ('suspected', 'open', 'acknowledged');
CREATE INDEX incidents_opened ON incidents (opened_at);

-- owner: notify
CREATE TABLE incident_events (
	id          INTEGER PRIMARY KEY,
	incident_id INTEGER NOT NULL REFERENCES incidents (id),
	at          INTEGER NOT NULL,
	kind        TEXT NOT NULL,
	actor       TEXT NOT NULL, -- 'canhcong' or a person's login
	detail      TEXT NOT NULL
) STRICT;
CREATE INDEX incident_events_incident ON incident_events (incident_id, at);

-- The outbox. A row is written in the transaction that changes its incident, and is never deleted before it is sent.
-- owner: notify
CREATE TABLE alerts (
	id          INTEGER PRIMARY KEY,
	dedupe      TEXT NOT NULL UNIQUE, -- incident, event, channel, recipient: the same fact is never queued twice
	incident_id INTEGER NOT NULL REFERENCES incidents (id),
	kind        TEXT NOT NULL, -- opened, worsened, picture, acknowledged, closed
	channel     TEXT NOT NULL,
	recipient   TEXT NOT NULL,
	verdict_id  INTEGER NOT NULL REFERENCES verdicts (id),
	created_at  INTEGER NOT NULL,
	not_before  INTEGER NOT NULL,
	attempts    INTEGER NOT NULL DEFAULT 0,
	claimed_at  INTEGER, -- set before a try: claimed but not sent after a crash means it may have arrived
	sent_at     INTEGER,
	receipt     TEXT NOT NULL DEFAULT '', -- the channel's id of the message
	last_error  TEXT NOT NULL DEFAULT '',
	carried_by  INTEGER REFERENCES alerts (id) -- the alert whose message told this fact as well
) STRICT;
CREATE INDEX alerts_incident ON alerts (incident_id);
CREATE INDEX alerts_pending ON alerts (not_before) WHERE sent_at IS NULL;

-- owner: web
CREATE TABLE credentials (
	person_id  INTEGER PRIMARY KEY REFERENCES people (id),
	password   TEXT NOT NULL, -- argon2id in PHC form, '' until one is chosen
	code_hash  TEXT NOT NULL DEFAULT '', -- SHA-256 of a one-time login code
	code_until INTEGER,
	changed_at INTEGER NOT NULL
) STRICT;

-- owner: web
CREATE TABLE sessions (
	token_hash TEXT PRIMARY KEY, -- SHA-256: the cookie itself is never stored
	person_id  INTEGER NOT NULL REFERENCES people (id),
	created_at INTEGER NOT NULL,
	used_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- owner: web
CREATE TABLE audit (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL,
	actor  TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	detail TEXT NOT NULL,
	ip     TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
