-- Another password.
UPDATE users SET password = ?2 WHERE id = ?1
