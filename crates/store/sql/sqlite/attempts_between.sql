-- Attempts that were claimed in a period, by their ids, which begin with the time. By the primary key.
SELECT id, number, state, outcome, call_id, dialed_at, campaign_id FROM attempts
WHERE id > ?1 AND id < ?2
ORDER BY id
LIMIT ?3
