-- All tokens, the latest first. A range of the primary key.
SELECT t.id, t.name, t.owner, t.scopes, t.created_at, t.expires_at, t.used_at, t.revoked_at
FROM tokens t WHERE t.id < $1
ORDER BY t.id DESC
LIMIT $2
