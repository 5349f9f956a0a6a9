-- A session that lives, of somebody who is not disabled.
SELECT s.id, s.user_id, s.half, s.begun_at, s.seen_at, s.expires_at, s.browser, s.address, s.idle_millis,
       u.id, u.email, u.name, u.role, u.password IS NOT NULL, u.two_factor_confirmed,
       (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id),
       u.language, u.zone, u.created_at, u.disabled_at, u.signed_in_at
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.hash = ?1 AND s.until > ?2 AND u.disabled_at IS NULL
