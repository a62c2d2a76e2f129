-- What a probe leaves for the next one at the site, as JSON; the fingerprint alone is forgotten.
ALTER TABLE looks RENAME COLUMN fingerprint TO memory;
UPDATE looks SET memory = '';

-- What a probe met on its way to the page, as JSON.
ALTER TABLE observations ADD COLUMN wire TEXT NOT NULL DEFAULT '';
