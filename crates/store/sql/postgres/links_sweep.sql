-- Removes some links that ran out. Served by links_expiry.
DELETE FROM links
WHERE hash IN (SELECT hash FROM links WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
