-- name: DUPLICATE
-- Whether an attempt was reported as a duplicate.
-- Which of these attempts were reported as duplicates.
-- sqlite:
SELECT 1 FROM duplicates_found WHERE attempt_id = $1
-- postgres:
SELECT attempt_id FROM duplicates_found WHERE attempt_id = ANY ($1::uuid[])

-- name: DUPLICATE_ADD
-- Remembers that an attempt was reported.
INSERT INTO duplicates_found (attempt_id, number, found_at, rule) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
