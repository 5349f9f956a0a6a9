-- A token, working or not.
SELECT t.id, t.name, t.owner, t.scopes, t.created_at, t.expires_at, t.used_at, t.revoked_at
FROM tokens t WHERE t.id = $1
