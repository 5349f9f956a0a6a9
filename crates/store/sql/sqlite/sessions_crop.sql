-- Ends somebody's sessions but the latest so many. Served by sessions_user.
DELETE FROM sessions
WHERE user_id = ?1 AND id <= (SELECT id FROM sessions WHERE user_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
