-- A token's hash under a name that is free.
INSERT INTO tokens (name, hash, created_at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
