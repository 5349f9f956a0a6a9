-- Attempts that ended after an instant, oldest first; a page never ends amid one millisecond.
-- Served by attempts_ended.
SELECT id, number, ended_at FROM attempts
WHERE ended_at > $1
  AND ended_at <= coalesce((SELECT ended_at FROM attempts
                            WHERE ended_at > $1 ORDER BY ended_at LIMIT 1 OFFSET $2::bigint - 1), 'infinity')
ORDER BY ended_at
