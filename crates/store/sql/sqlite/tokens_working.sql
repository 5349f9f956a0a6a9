-- How many tokens somebody has that work. Served by tokens_owner; there are few.
SELECT count(*) FROM tokens
WHERE owner = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)
