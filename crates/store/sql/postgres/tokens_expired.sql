-- Gives the name of a token that ran out free. Served by tokens_name.
UPDATE tokens SET revoked_at = expires_at
WHERE coalesce(owner, 0) = coalesce($1::bigint, 0) AND name = $2 AND revoked_at IS NULL AND expires_at <= $3
