-- A page of the whole trail, chain by chain, to recompute the chains. A range of the primary key.
SELECT place, at, actor, event, campaign_id, number, attempt_id, detail, hash, chain, seq
FROM audit WHERE (chain, place) > ($1, $2) ORDER BY chain, place LIMIT $3
