-- A try for a recording was in vain; there is another. By its primary key.
UPDATE recordings SET tries = tries + 1, next_try_at = $2, fault = $3
WHERE id = $1 AND next_try_at IS NOT NULL
