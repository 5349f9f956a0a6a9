-- name: COMPARISON_SET
-- Keeps how a day compares; a later comparison replaces an earlier one.
INSERT INTO comparisons (carrier, day, compared_at, ours, theirs, others, differences, caller_ids)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::json)
ON CONFLICT (carrier, day) DO UPDATE
SET compared_at = excluded.compared_at, ours = excluded.ours, theirs = excluded.theirs, others = excluded.others,
    differences = excluded.differences, caller_ids = excluded.caller_ids

-- name: COMPARISONS
-- The latest comparisons with a carrier's list. By its primary key.
SELECT carrier, day, compared_at, ours, theirs, others, differences, caller_ids FROM comparisons
WHERE carrier = $1 ORDER BY day DESC LIMIT $2

-- name: DIFFERENCES_DROP
-- Forgets the differences of a day, which are found anew. By the primary key.
DELETE FROM differences WHERE carrier = $1 AND day = $2

-- name: DIFFERENCE_ADD
-- One difference of a day.
INSERT INTO differences (carrier, day, place, difference) VALUES ($1, $2, $3, $4::text::json)

-- name: DIFFERENCES
-- The differences of a day, those after a place. By the primary key.
SELECT place, difference FROM differences
WHERE carrier = $1 AND day = $2 AND place > $3 ORDER BY place LIMIT $4

-- name: CALLER_IDS_OF_CAMPAIGNS
-- The caller ids that campaigns with a carrier name, deleted ones included. Reads all campaigns, once a day.
SELECT DISTINCT settings->>'caller_ids' AS caller_ids FROM campaigns WHERE settings->>'carrier' = $1

-- name: UNMATCHED_ADD
-- Evidence for which no attempt is known.
INSERT INTO unmatched_evidence (at, attempt, actor, kind, detail) VALUES ($1, $2, $3, $4, $5::text::json)
