-- Days before the end of a certificate that an incident has told of, 0 for none.
ALTER TABLE incidents ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
