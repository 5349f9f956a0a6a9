-- Somebody's sessions that live, the latest begun first. Served by sessions_user.
SELECT s.id, s.user_id, s.half, s.begun_at, s.seen_at, s.expires_at, s.browser, s.address, s.idle_millis
FROM sessions s
WHERE s.user_id = $1 AND s.until > $2
ORDER BY s.id DESC
LIMIT $3
