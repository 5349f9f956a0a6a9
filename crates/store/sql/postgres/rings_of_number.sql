-- The latest rings of a number, those under way first. Served by attempts_rung.
SELECT id, number, coalesce(dialed_at, claimed_at), ended_at, outcome, campaign_id
FROM attempts
WHERE number = $1 AND may_have_rung
ORDER BY ended_at DESC NULLS FIRST
LIMIT $2
