-- name: DUPLICATE
-- Whether an attempt was reported as a duplicate.
SELECT attempt_id FROM duplicates_found WHERE attempt_id = $1

-- name: DUPLICATE_ADD
-- Remembers that an attempt was reported.
INSERT INTO duplicates_found (attempt_id, number, found_at, rule) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
