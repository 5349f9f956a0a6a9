-- Live calls in a state, the latest first. Served by attempts_live, which holds no more than there are
-- lines: MATERIALIZED keeps the planner from walking over every call by id instead.
WITH live AS MATERIALIZED (SELECT * FROM attempts WHERE ended_at IS NULL AND number > 0)
SELECT a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM live a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.state = $4 AND a.id < $1 AND ($3::bigint IS NULL OR a.campaign_id = $3)
  AND ($5::bigint IS NULL
       OR EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, $5) AND v.campaign_id = a.campaign_id))
ORDER BY a.id DESC
LIMIT $2
