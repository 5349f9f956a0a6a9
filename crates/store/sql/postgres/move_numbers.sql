-- The rows of numbers that are in a call, which claims lock. Served by attempts_live.
INSERT INTO numbers (number)
SELECT number FROM attempts WHERE ended_at IS NULL ORDER BY number
ON CONFLICT DO NOTHING
