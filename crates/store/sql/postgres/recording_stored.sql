-- A wanted recording is stored. By its primary key.
UPDATE recordings
SET state = 'stored', path = $2, content_type = $3, bytes = $4, sha256 = $5, seconds = coalesce($6, seconds),
    next_try_at = $7, stored_at = $8, fault = NULL, tries = 0
WHERE id = $1 AND state = 'wanted'
