-- A session.
INSERT INTO sessions (hash, user_id, half, begun_at, seen_at, expires_at, idle_millis, until, browser, address)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9)
