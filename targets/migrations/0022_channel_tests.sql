-- How the latest test of an address by hand went, a person's own or one that people share.
-- owner: notify
CREATE TABLE channel_tests (
	channel   TEXT NOT NULL,
	recipient TEXT NOT NULL,
	at        INTEGER NOT NULL,
	problem   TEXT NOT NULL, -- '' where the message was delivered
	PRIMARY KEY (channel, recipient)
) STRICT;
