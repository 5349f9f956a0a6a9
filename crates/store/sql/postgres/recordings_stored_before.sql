-- Recordings that were stored before an instant, the oldest first. Served by recordings_stored.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE state = 'stored' AND stored_at < $1
ORDER BY stored_at, id LIMIT $2
