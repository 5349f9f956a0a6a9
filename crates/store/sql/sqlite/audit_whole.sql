-- The whole trail, oldest first, to recompute the chain.
SELECT seq, at, actor, event, campaign_id, number, attempt_id, detail, hash FROM audit ORDER BY seq
