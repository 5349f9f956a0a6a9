-- Blocks a number that is free, whether it has a row or not.
INSERT INTO numbers (number, blocked_at, block_reason) VALUES ($1, $2, $3)
ON CONFLICT (number) DO UPDATE SET blocked_at = excluded.blocked_at, block_reason = excluded.block_reason
WHERE numbers.blocked_at IS NULL
