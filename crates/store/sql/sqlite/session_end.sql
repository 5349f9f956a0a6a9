-- Ends one of somebody's sessions.
DELETE FROM sessions WHERE user_id = ?1 AND id = ?2
