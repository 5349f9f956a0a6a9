-- Another address.
UPDATE users SET email = ?2 WHERE id = ?1
