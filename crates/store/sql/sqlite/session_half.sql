-- Ends a half session that lives, for the whole one that takes its place.
DELETE FROM sessions WHERE hash = ?1 AND user_id = ?2 AND half = 1 AND until > ?3
