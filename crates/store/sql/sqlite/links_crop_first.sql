-- Removes the links for the first user but the latest so many: a program that starts again and again makes
-- one each time. Served by links_user.
DELETE FROM links
WHERE user_id IS NULL
  AND expires_at <= (SELECT expires_at FROM links WHERE user_id IS NULL ORDER BY expires_at DESC LIMIT 1 OFFSET ?1)
