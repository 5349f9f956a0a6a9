-- Recordings for which something is to be done, the longest due first. Served by recordings_due.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE next_try_at <= ?1
ORDER BY next_try_at, id LIMIT ?2
