-- Blocks a number that has a row and is free.
UPDATE numbers SET blocked_at = ?2, block_reason = ?3 WHERE number = ?1 AND blocked_at IS NULL
