-- columns: USER_COLUMNS
-- A person, beside the columns of a session, a token or a share.
u.id AS user_id, u.email, u.name AS user_name, u.role, u.password IS NOT NULL AS password_set,
       u.two_factor_confirmed, (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id) AS recovery_codes,
       u.language, u.zone, u.created_at AS user_created_at, u.disabled_at, u.signed_in_at

-- columns: SESSION_COLUMNS
-- A session.
s.id, s.user_id, s.half, s.begun_at, s.seen_at, s.expires_at, s.browser, s.address, s.idle_millis

-- columns: TOKEN_COLUMNS
-- A token.
t.id, t.name, t.owner, t.scopes, t.created_at, t.expires_at, t.used_at, t.revoked_at

-- name: ACCOUNTS_ALONE
-- Waits until nobody else changes people, and keeps them waiting until this transaction ends.
-- postgres:
SELECT pg_advisory_xact_lock($1)

-- name: ADMINS_BESIDES
-- Enabled admins other than one, and how many of them have a password. Served by users_admins.
SELECT count(*) AS admins, count(password) AS with_password FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1

-- name: LINK
-- A link that has not run out.
SELECT hash, purpose, user_id, expires_at FROM links WHERE hash = $1 AND expires_at > $2

-- name: LINK_ADD
-- A one-time link.
INSERT INTO links (hash, purpose, user_id, expires_at) VALUES ($1, $2, $3, $4)

-- name: LINK_USE
-- Takes a link that has not run out: of many who try, one gets it.
DELETE FROM links WHERE hash = $1 AND expires_at > $2 RETURNING hash, purpose, user_id, expires_at

-- name: LINKS_CROP_FIRST
-- Removes the links for the first user but the latest so many: a program that starts again and again makes
-- one each time. Served by links_user.
DELETE FROM links
WHERE user_id IS NULL
  AND expires_at <= (SELECT expires_at FROM links WHERE user_id IS NULL ORDER BY expires_at DESC LIMIT 1 OFFSET $1)

-- name: LINKS_END
-- Ends somebody's links for a purpose, or for any. Served by links_user.
DELETE FROM links WHERE user_id = $1 AND ($2::text IS NULL OR purpose = $2)

-- name: LINKS_END_FIRST
-- Ends the links for the first user: there is one. Served by links_user.
DELETE FROM links WHERE user_id IS NULL

-- name: LINKS_SWEEP
-- Removes some links that ran out. Served by links_expiry.
DELETE FROM links
WHERE hash IN (SELECT hash FROM links WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)

-- name: RECOVERY_ADD
-- A recovery code.
INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)
ON CONFLICT DO NOTHING

-- name: RECOVERY_CLEAR
-- Takes somebody's recovery codes away. A range of the primary key.
DELETE FROM recovery_codes WHERE user_id = $1

-- name: RECOVERY_USE
-- Uses a recovery code up.
DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2

-- name: SESSION
-- A session that lives, of somebody who is not disabled.
SELECT {SESSION_COLUMNS},
       {USER_COLUMNS}
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.hash = $1 AND s.until > $2 AND u.disabled_at IS NULL

-- name: SESSION_ADD
-- A session.
INSERT INTO sessions (hash, user_id, half, begun_at, seen_at, expires_at, idle_millis, until, browser, address)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9)

-- name: SESSION_END
-- Ends one of somebody's sessions.
DELETE FROM sessions WHERE user_id = $1 AND id = $2

-- name: SESSION_HALF
-- Ends a half session that lives, for the whole one that takes its place.
DELETE FROM sessions WHERE hash = $1 AND user_id = $2 AND half = true AND until > $3

-- name: SESSION_SEEN
-- A session was used; it may have ended meanwhile.
UPDATE sessions SET seen_at = $2, until = $3 WHERE id = $1 AND seen_at < $2

-- name: SESSIONS
-- Somebody's sessions that live, the latest begun first. Served by sessions_user.
SELECT {SESSION_COLUMNS}
FROM sessions s
WHERE s.user_id = $1 AND s.until > $2
ORDER BY s.id DESC
LIMIT $3

-- name: SESSIONS_CROP
-- Ends somebody's sessions but the latest so many. Served by sessions_user.
DELETE FROM sessions
WHERE user_id = $1 AND id <= (SELECT id FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)

-- name: SESSIONS_END
-- Ends somebody's sessions, all but one if that is to stay, by id or by hash. Served by sessions_user.
DELETE FROM sessions
WHERE user_id = $1 AND ($2::bigint IS NULL OR id <> $2) AND ($3::bytea IS NULL OR hash <> $3)

-- name: SESSIONS_SWEEP
-- Removes some sessions that ran out. Served by sessions_until.
DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE until <= $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED)

-- name: TOKEN
-- A token that works.
SELECT {TOKEN_COLUMNS},
       {USER_COLUMNS}
FROM tokens t LEFT JOIN users u ON u.id = t.owner
WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND u.disabled_at IS NULL

-- name: TOKEN_ADD
-- A token under a name that is free.
INSERT INTO tokens (name, hash, owner, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id

-- name: TOKEN_OF_ID
-- A token, working or not.
SELECT {TOKEN_COLUMNS}
FROM tokens t WHERE t.id = $1

-- name: TOKEN_REVOKE
-- Revokes a token.
UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL

-- name: TOKEN_TO_CHANGE
-- A token, working or not, and the lock of its row.
SELECT {TOKEN_COLUMNS}
FROM tokens t WHERE t.id = $1
FOR NO KEY UPDATE

-- name: TOKEN_USED
-- A token was used.
UPDATE tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $2)

-- name: TOKENS
-- All tokens, the latest first. A range of the primary key.
SELECT {TOKEN_COLUMNS}
FROM tokens t WHERE t.id < $1
ORDER BY t.id DESC
LIMIT $2

-- name: TOKENS_EXPIRED
-- Gives the name of a token that ran out free. Served by tokens_name.
UPDATE tokens SET revoked_at = expires_at
WHERE coalesce(owner, 0) = coalesce($1::bigint, 0) AND name = $2 AND revoked_at IS NULL AND expires_at <= $3

-- name: TOKENS_OF
-- Somebody's tokens, the latest first. Served by tokens_owner.
SELECT {TOKEN_COLUMNS}
FROM tokens t WHERE t.owner = $3 AND t.id < $1
ORDER BY t.id DESC
LIMIT $2

-- name: TOKENS_WORKING
-- How many tokens somebody has that work. Served by tokens_owner; there are few.
SELECT count(*) AS tokens FROM tokens
WHERE owner = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)

-- name: USER
-- A person with what they sign in with.
SELECT {USER_COLUMNS}, u.password, u.two_factor
FROM users u WHERE u.id = $1

-- name: USER_ADD
-- A person under an address that is free.
INSERT INTO users (email, name, role, password, language, zone, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (email) DO NOTHING RETURNING id

-- name: USER_DISABLE
-- Disables somebody, or lets them in again.
UPDATE users SET disabled_at = $2 WHERE id = $1

-- name: USER_EMAIL
-- Another address.
UPDATE users SET email = $2 WHERE id = $1

-- name: USER_OF_EMAIL
-- The person of an address, with what they sign in with. Served by the index of the address.
SELECT {USER_COLUMNS}, u.password, u.two_factor
FROM users u WHERE u.email = $1

-- name: USER_PASSWORD
-- Another password.
UPDATE users SET password = $2 WHERE id = $1

-- name: USER_PREFERENCES
-- How somebody wants to read.
UPDATE users SET language = $2, zone = $3 WHERE id = $1

-- name: USER_RENAME
-- Another name.
UPDATE users SET name = $2 WHERE id = $1

-- name: USER_ROLE
-- Another role.
UPDATE users SET role = $2 WHERE id = $1

-- name: USER_SIGNED_IN
-- When somebody last signed in.
UPDATE users SET signed_in_at = $2 WHERE id = $1

-- name: USER_STEP
-- Uses a time step, if it is later than every one used before.
UPDATE users SET two_factor_step = $2
WHERE id = $1 AND two_factor_step < $2 AND two_factor_confirmed = true AND disabled_at IS NULL

-- name: USER_TO_CHANGE
-- A person with what they sign in with, and the lock of their row.
SELECT {USER_COLUMNS}, u.password, u.two_factor
FROM users u WHERE u.id = $1
FOR NO KEY UPDATE OF u

-- name: USER_TWO_FACTOR
-- A two-factor secret, or none; whether it counts, and the last time step that was used. The steps
-- of a code that was used stay used.
UPDATE users
SET two_factor = $2, two_factor_confirmed = $3,
    two_factor_step = CASE WHEN two_factor_step < $4 THEN $4 ELSE two_factor_step END
WHERE id = $1

-- name: USERS
-- People in order of id. A range of the primary key.
SELECT {USER_COLUMNS}
FROM users u WHERE u.id > $1
ORDER BY u.id
LIMIT $2

-- name: USERS_THERE
-- Whether there is anybody.
SELECT id FROM users LIMIT 1
