-- What people have to be told: written where it happens, told by an instance.

-- name: ANNOUNCEMENT_ADD
-- Has something told.
INSERT INTO announcements (kind, at, actor, reason) VALUES ($1, $2, $3, $4)

-- name: ANNOUNCEMENT_TOLD
-- Notes that something was told.
UPDATE announcements SET told_at = $2 WHERE id = $1 AND told_at IS NULL

-- name: ANNOUNCEMENTS_WAITING
-- What was not told yet, the oldest first. Served by announcements_waiting.
SELECT id, kind, at, actor, reason FROM announcements WHERE told_at IS NULL ORDER BY id LIMIT $1
