-- name: CAMPAIGN_SEEN
-- Whether a person sees a campaign.
SELECT campaign_id FROM campaign_viewers WHERE viewer IN (0, $2) AND campaign_id = $1 LIMIT 1

-- name: CAMPAIGN_TO_SHARE
-- Whose a campaign is that is there, and its lock.
SELECT id, owner FROM campaigns WHERE id = $1 AND imported_at IS NOT NULL AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: SHARES
-- With whom a campaign is shared, everyone first; its owner, and everybody when it has none, are not
-- among them. Served by campaign_viewers_campaign.
SELECT v.viewer, {USER_COLUMNS}
FROM campaign_viewers v JOIN campaigns c ON c.id = v.campaign_id LEFT JOIN users u ON u.id = v.viewer
WHERE v.campaign_id = $1 AND v.viewer <> coalesce(c.owner, 0)
ORDER BY v.viewer
LIMIT $2

-- name: VIEWER_ADD
-- Lets a person see a campaign; viewer 0 is everyone.
INSERT INTO campaign_viewers (viewer, campaign_id) VALUES ($2, $1)
ON CONFLICT DO NOTHING

-- name: VIEWER_REMOVE
-- Takes a campaign from a person's view; viewer 0 is everyone.
DELETE FROM campaign_viewers WHERE viewer = $2 AND campaign_id = $1

-- name: VIEWERS_BEGIN
-- The first viewer of a campaign: its owner, or everyone.
INSERT INTO campaign_viewers (viewer, campaign_id) SELECT coalesce(owner, 0), id FROM campaigns WHERE id = $1
ON CONFLICT DO NOTHING

-- name: VIEWERS_REMOVE
-- Nobody sees a campaign that was deleted. Served by campaign_viewers_campaign.
DELETE FROM campaign_viewers WHERE campaign_id = $1
