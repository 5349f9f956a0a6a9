-- Whether somebody sees a campaign.
SELECT campaign_id FROM campaign_viewers WHERE viewer IN (0, ?2) AND campaign_id = ?1 LIMIT 1
