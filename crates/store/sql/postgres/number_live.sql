-- The attempt that holds a number. Served by attempts_live.
SELECT id FROM attempts WHERE number = $1 AND ended_at IS NULL
