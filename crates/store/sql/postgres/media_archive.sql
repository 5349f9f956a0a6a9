-- Puts an uploaded file away, once.
UPDATE media SET archived_at = $2 WHERE id = $1 AND archived_at IS NULL
