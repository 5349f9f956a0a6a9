-- Who was not heard of in time, and nobody has said so yet. A few rows.
SELECT id, name, process, version, address, joined_at, heard_at, until, left_at, gone_at FROM instances
WHERE until <= ?1 AND left_at IS NULL AND gone_at IS NULL
ORDER BY joined_at, id
