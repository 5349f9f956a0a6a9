-- People in order of id. A range of the primary key.
SELECT u.id, u.email, u.name, u.role, u.password IS NOT NULL, u.two_factor_confirmed,
       (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id),
       u.language, u.zone, u.created_at, u.disabled_at, u.signed_in_at
FROM users u WHERE u.id > $1
ORDER BY u.id
LIMIT $2
