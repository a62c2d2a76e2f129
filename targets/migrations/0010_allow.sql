-- What a site may be reached at besides the public web: exceptions from the egress policy, separated by spaces.
ALTER TABLE sites ADD COLUMN allow TEXT NOT NULL DEFAULT '';
