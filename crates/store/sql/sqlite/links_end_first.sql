-- Ends the links for the first user: there is one. Served by links_user.
DELETE FROM links WHERE user_id IS NULL
