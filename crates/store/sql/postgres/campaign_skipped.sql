-- How many were skipped as called by another campaign.
SELECT id, skipped_duplicates FROM campaigns WHERE id = $1
