-- A look that grows old is deleted unless a row refers to it. SQLite asks each table that may: these find the row.
CREATE INDEX baselines_observation ON baselines (observation_id);
CREATE INDEX baseline_samples_observation ON baseline_samples (observation_id);
CREATE INDEX baseline_quarantine_observation ON baseline_quarantine (observation_id);
CREATE INDEX states_verdict ON states (verdict_id);
CREATE INDEX incidents_first_verdict ON incidents (first_verdict_id);
CREATE INDEX incidents_last_verdict ON incidents (last_verdict_id);
CREATE INDEX incidents_worst_verdict ON incidents (worst_verdict_id);
CREATE INDEX alerts_verdict ON alerts (verdict_id);

-- What waits for a person is asked for by every page, and is little among large rows.
CREATE INDEX baselines_offered ON baselines (id) WHERE state = 'offered';
