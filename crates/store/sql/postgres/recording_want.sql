-- Expects a recording, once: one with a name by recordings_named; one without unless the call has any.
INSERT INTO recordings (attempt, campaign_id, carrier, call_id, recording_id, state, seconds, next_try_at, wanted_at)
SELECT $1::uuid, $2::bigint, $3::text, $4::text, $5::text, 'wanted', $6::bigint, $7::timestamptz, $7::timestamptz
WHERE $5::text IS NOT NULL OR NOT EXISTS (SELECT 1 FROM recordings WHERE attempt = $1::uuid)
ON CONFLICT DO NOTHING
