-- A number's row.
SELECT number, blocked_at, block_reason, last_called_at, called, answered
FROM numbers WHERE number = $1
