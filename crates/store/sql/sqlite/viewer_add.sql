-- Lets somebody see a campaign; viewer 0 is everybody.
INSERT INTO campaign_viewers (viewer, campaign_id) VALUES (?2, ?1)
ON CONFLICT DO NOTHING
