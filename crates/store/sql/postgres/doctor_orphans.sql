-- Calls that were claimed or dialled before an instant by an instance that does not live, and that no other has
-- taken care of. Served by attempts_live.
SELECT 'attempt ' || a.id || ' is ' || a.state || ', and instance ' || coalesce(i.name, a.owner::text) || ' '
       || CASE WHEN i.id IS NULL THEN 'is not known' WHEN i.left_at IS NOT NULL THEN 'has left' ELSE 'is gone' END
FROM attempts a
LEFT JOIN instances i ON i.id = a.owner
WHERE a.ended_at IS NULL AND a.state IN ('claimed','dialing') AND a.claimed_at < $1
  AND (i.id IS NULL OR i.left_at IS NOT NULL OR i.gone_at IS NOT NULL)
ORDER BY a.number LIMIT 100
