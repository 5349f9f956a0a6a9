-- The latest calls to a number that ended since an instant: what caps on attempts count.
-- Served by attempts_rung alone, latest first.
SELECT id, ended_at, outcome IS 'answered'
FROM attempts INDEXED BY attempts_rung
WHERE number = ?1 AND may_have_rung = 1 AND ended_at > ?2
ORDER BY ended_at DESC
LIMIT ?3
