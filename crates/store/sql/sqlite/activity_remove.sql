-- The activity of a campaign goes with its counts.
DELETE FROM activity WHERE campaign_id = ?1
