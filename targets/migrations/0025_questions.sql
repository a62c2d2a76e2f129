-- What a person is asked over a channel, in the reply to the message that asks: why they found what they found.
-- owner: notify
CREATE TABLE questions (
	id          INTEGER PRIMARY KEY,
	incident_id INTEGER NOT NULL REFERENCES incidents (id),
	person_id   INTEGER NOT NULL REFERENCES people (id),
	finding     TEXT NOT NULL,
	channel     TEXT NOT NULL,
	chat        TEXT NOT NULL DEFAULT '', -- where it was asked, and by which message; '' while that is not known
	message     TEXT NOT NULL DEFAULT '',
	asked_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX questions_message ON questions (message) WHERE message <> '';
