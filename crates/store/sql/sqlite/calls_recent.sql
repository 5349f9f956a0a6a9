-- The calls to a number that ended since an instant, the latest first: read until every cap is judged.
-- Served by attempts_rung alone.
SELECT id, ended_at, state, outcome
FROM attempts INDEXED BY attempts_rung
WHERE number = ?1 AND may_have_rung = 1 AND ended_at > ?2
ORDER BY ended_at DESC
