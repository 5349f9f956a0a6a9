-- Removes the lists of a campaign that have no rows left.
DELETE FROM lists WHERE campaign_id = $1
