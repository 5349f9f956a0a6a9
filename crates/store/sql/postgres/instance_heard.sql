-- Lets a process live on; never shortens its time.
UPDATE instances SET heard_at = greatest(heard_at, $2), until = greatest(until, $3), gone_at = NULL
WHERE id = $1 AND left_at IS NULL
