-- A token under a name that is free.
INSERT INTO tokens (name, hash, owner, scopes, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO NOTHING RETURNING id
