-- A token that works.
SELECT t.id, t.name, t.owner, t.scopes, t.created_at, t.expires_at, t.used_at, t.revoked_at,
       u.id, u.email, u.name, u.role, u.password IS NOT NULL, u.two_factor_confirmed,
       (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id),
       u.language, u.zone, u.created_at, u.disabled_at, u.signed_in_at
FROM tokens t LEFT JOIN users u ON u.id = t.owner
WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND u.disabled_at IS NULL
