-- A campaign's ended attempts by outcome.
SELECT campaign_id, outcome, attempts FROM campaign_outcomes WHERE campaign_id = $1
