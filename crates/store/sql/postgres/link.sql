-- A link that has not run out.
SELECT hash, purpose, user_id, expires_at FROM links WHERE hash = $1 AND expires_at > $2
