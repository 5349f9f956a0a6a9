-- The emergency stop, to change it. One row.
SELECT id, consecutive_failures, duplicates, stopped_at, stop_reason FROM safety WHERE id = 1 FOR NO KEY UPDATE
