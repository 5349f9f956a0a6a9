-- name: COMPARISON_SET
-- Keeps how a day compares; a later comparison replaces an earlier one.
INSERT INTO comparisons (carrier, day, compared_at, ours, theirs, differences)
VALUES ($1, $2, $3, $4, $5, $6::text::json)
ON CONFLICT (carrier, day) DO UPDATE
SET compared_at = excluded.compared_at, ours = excluded.ours, theirs = excluded.theirs, differences = excluded.differences

-- name: COMPARISONS
-- The latest comparisons with a carrier's list. By its primary key.
SELECT carrier, day, compared_at, ours, theirs, differences FROM comparisons
WHERE carrier = $1 ORDER BY day DESC LIMIT $2

-- name: UNMATCHED_ADD
-- Evidence for which no attempt is known.
INSERT INTO unmatched_evidence (at, attempt, actor, kind, detail) VALUES ($1, $2, $3, $4, $5::text::json)
