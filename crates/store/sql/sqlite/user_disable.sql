-- Disables somebody, or lets them in again.
UPDATE users SET disabled_at = ?2 WHERE id = ?1
