-- The counts of a campaign's attempts by outcome, from 0.
INSERT INTO campaign_outcomes (campaign_id, outcome, attempts) SELECT $1, outcome, 0 FROM unnest($2::text[]) AS s (outcome)
