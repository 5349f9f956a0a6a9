-- A session was used; it may have ended meanwhile.
UPDATE sessions SET seen_at = $2, until = $3 WHERE id = $1 AND seen_at < $2
