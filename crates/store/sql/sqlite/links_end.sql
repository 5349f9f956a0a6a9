-- Ends somebody's links for a purpose, or for any. Served by links_user.
DELETE FROM links WHERE user_id = ?1 AND (?2 IS NULL OR purpose = ?2)
