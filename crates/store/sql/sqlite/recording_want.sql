-- Expects a recording, once: one with a name by recordings_named; one without unless the call has any.
INSERT INTO recordings (attempt, campaign_id, carrier, call_id, recording_id, state, seconds, next_try_at, wanted_at)
SELECT ?1, ?2, ?3, ?4, ?5, 'wanted', ?6, ?7, ?7
WHERE ?5 IS NOT NULL OR NOT EXISTS (SELECT 1 FROM recordings WHERE attempt = ?1)
ON CONFLICT DO NOTHING
