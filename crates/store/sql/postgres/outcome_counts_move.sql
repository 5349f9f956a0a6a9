-- Counts ended attempts under their outcomes.
UPDATE campaign_outcomes n SET attempts = n.attempts + e.by
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS e (campaign_id, outcome, by)
WHERE n.campaign_id = e.campaign_id AND n.outcome = e.outcome
