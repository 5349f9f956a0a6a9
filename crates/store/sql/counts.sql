-- name: OUTCOME_COUNT
-- Counts an ended attempt under its outcome, or takes that back.
-- sqlite:
UPDATE campaign_outcomes SET attempts = attempts + $3
WHERE campaign_id = $1 AND outcome = $2

-- name: OUTCOME_COUNT_ADD
-- The count of a campaign's attempts with an outcome, from 0.
INSERT INTO campaign_outcomes (campaign_id, outcome, attempts) VALUES ($1, $2, 0)

-- name: OUTCOME_COUNTS
-- A campaign's ended attempts by outcome.
SELECT campaign_id, outcome, attempts FROM campaign_outcomes WHERE campaign_id = $1

-- name: OUTCOME_COUNTS_MOVE
-- Counts ended attempts under their outcomes.
-- postgres:
UPDATE campaign_outcomes n SET attempts = n.attempts + e.by
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS e (campaign_id, outcome, by)
WHERE n.campaign_id = e.campaign_id AND n.outcome = e.outcome

-- name: OUTCOME_COUNTS_REMOVE
-- Removes the outcome counts of a campaign that is gone.
DELETE FROM campaign_outcomes WHERE campaign_id = $1
