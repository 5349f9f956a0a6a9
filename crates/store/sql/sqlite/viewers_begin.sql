-- Whoever sees a campaign from the beginning: its owner, or everybody.
INSERT INTO campaign_viewers (viewer, campaign_id) SELECT coalesce(owner, 0), id FROM campaigns WHERE id = ?1
ON CONFLICT DO NOTHING
