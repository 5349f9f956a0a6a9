-- A recovery code.
INSERT INTO recovery_codes (user_id, hash) VALUES (?1, ?2)
ON CONFLICT DO NOTHING
