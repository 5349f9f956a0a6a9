-- Forgets who is over since before ?1, and of the others over all but the ?2 youngest.
DELETE FROM instances
WHERE (left_at IS NOT NULL OR gone_at IS NOT NULL)
  AND (heard_at < ?1
       OR id NOT IN (SELECT id FROM instances WHERE left_at IS NOT NULL OR gone_at IS NOT NULL
                     ORDER BY joined_at DESC, id DESC LIMIT ?2))
