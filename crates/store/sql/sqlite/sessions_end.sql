-- Ends somebody's sessions, all but one if that is to stay, by id or by hash. Served by sessions_user.
DELETE FROM sessions
WHERE user_id = ?1 AND (?2 IS NULL OR id <> ?2) AND (?3 IS NULL OR hash <> ?3)
