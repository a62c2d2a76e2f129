-- What is urgent never waits for what is not: see notify.track.
ALTER TABLE alerts ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
UPDATE alerts SET urgent = 1 WHERE sent_at IS NULL AND kind <> 'picture' AND (
	about_kind = 'incident' AND about_id IN (SELECT id FROM incidents WHERE concern = 'content' AND severity IN ('critical', 'major'))
	OR about_kind = 'notice' AND about_id IN (SELECT id FROM notices WHERE kind = 'blind'));
