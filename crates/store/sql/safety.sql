-- name: SAFETY
-- The emergency stop. One row.
SELECT id, consecutive_failures, duplicates, stopped_at, stop_reason FROM safety WHERE id = 1

-- name: SAFETY_LOCK
-- The emergency stop, to change it. One row.
SELECT id, consecutive_failures, duplicates, stopped_at, stop_reason FROM safety WHERE id = 1 FOR NO KEY UPDATE

-- name: SAFETY_SET
-- Writes the emergency stop.
UPDATE safety SET consecutive_failures = $1, duplicates = $2, stopped_at = $3, stop_reason = $4
WHERE id = 1

-- name: STOP_ALONE
-- Waits until no claim and no dial is under way, and keeps them waiting until this transaction ends.
-- postgres:
SELECT pg_advisory_xact_lock($1)

-- name: STOP_SHARE
-- Waits while a person stops or re-arms everything, and keeps them waiting until this transaction ends.
-- postgres:
SELECT pg_advisory_xact_lock_shared($1)
