-- A person with what they sign in with, and the lock of their row.
SELECT u.id, u.email, u.name, u.role, u.password IS NOT NULL, u.two_factor_confirmed,
       (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id),
       u.language, u.zone, u.created_at, u.disabled_at, u.signed_in_at,
       u.password, u.two_factor, u.two_factor_step
FROM users u WHERE u.id = $1
FOR NO KEY UPDATE OF u
