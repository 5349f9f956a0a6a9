-- Removes the outcome counts of a campaign that is gone.
DELETE FROM campaign_outcomes WHERE campaign_id = $1
