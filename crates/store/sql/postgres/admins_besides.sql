-- Enabled admins other than one, and how many of them have a password. Served by users_admins.
SELECT count(*), count(password) FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1
