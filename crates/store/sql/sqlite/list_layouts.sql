-- How a campaign's files were read, the first first.
SELECT layout FROM lists INDEXED BY lists_campaign WHERE campaign_id = ?1 ORDER BY id
