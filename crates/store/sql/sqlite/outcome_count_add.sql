-- The count of a campaign's attempts with an outcome, from 0.
INSERT INTO campaign_outcomes (campaign_id, outcome, attempts) VALUES (?1, ?2, 0)
