-- Blocks a number that has no row.
INSERT INTO numbers (number, blocked_at, block_reason)
SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE number = ?1)
