-- The latest answered calls to a number that ended since an instant: what caps on answers count.
-- Served by attempts_rung alone, latest first.
SELECT id, ended_at, 1
FROM attempts INDEXED BY attempts_rung
WHERE number = ?1 AND may_have_rung = 1 AND ended_at > ?2 AND outcome = 'answered'
ORDER BY ended_at DESC
LIMIT ?3
