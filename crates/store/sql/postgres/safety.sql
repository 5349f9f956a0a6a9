-- The emergency stop. One row.
SELECT id, consecutive_failures, duplicates, stopped_at, stop_reason FROM safety WHERE id = 1
