-- Who was not heard of in time, and nobody has said so yet. A few rows.
SELECT id FROM instances WHERE until <= ?1 AND left_at IS NULL AND gone_at IS NULL
