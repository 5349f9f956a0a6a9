-- The recordings of a call, in the order in which they became known. Served by recordings_attempt.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE attempt = ?1
ORDER BY id LIMIT ?2
