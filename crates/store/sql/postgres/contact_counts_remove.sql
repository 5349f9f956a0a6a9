-- Removes the counts of a campaign that has no contacts left.
DELETE FROM campaign_contacts WHERE campaign_id = $1
