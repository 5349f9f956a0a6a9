-- How a campaign's files were read, the first first.
SELECT layout::text FROM lists WHERE campaign_id = $1 ORDER BY id
