-- How the files of a campaign were read, the first file first. Served by lists_campaign.
SELECT id, layout::text AS layout FROM lists WHERE campaign_id = $1 ORDER BY id
