-- Nobody sees a campaign that was deleted. Served by campaign_viewers_campaign.
DELETE FROM campaign_viewers WHERE campaign_id = $1
