-- What is asked while people wait to be told is found by the few rows that matter, not by all that ever were.
CREATE INDEX incidents_site ON incidents (site_id, concern, closed_at);
CREATE INDEX incidents_told ON incidents (state) WHERE state IN ('open', 'acknowledged');
CREATE INDEX incidents_over ON incidents (closed_at) WHERE opened_at IS NOT NULL;
CREATE INDEX alerts_sent ON alerts (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX incident_groups_standing ON incident_groups (state) WHERE state <> 'closed';
CREATE INDEX incidents_known ON incidents (coalesce(opened_at, suspected_at)) WHERE state NOT IN ('suspected', 'dropped');
