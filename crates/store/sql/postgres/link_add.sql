-- A one-time link.
INSERT INTO links (hash, purpose, user_id, expires_at) VALUES ($1, $2, $3, $4)
