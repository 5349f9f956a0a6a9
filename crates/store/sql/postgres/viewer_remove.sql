-- Lets somebody see a campaign no more; viewer 0 is everybody.
DELETE FROM campaign_viewers WHERE viewer = $2 AND campaign_id = $1
