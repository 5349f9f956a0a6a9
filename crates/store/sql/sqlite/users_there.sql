-- Whether there is anybody.
SELECT id FROM users LIMIT 1
