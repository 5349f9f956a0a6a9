-- Calls that somebody sees, the latest first: of the campaigns that run, and of the latest hundred
-- others that are theirs and that are everybody's, so that no more is looked at however much there is.
-- Served by campaign_viewers and, a page of each campaign at most, by attempts_campaign.
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0
                           ORDER BY campaign_id DESC LIMIT 100) open
  UNION SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = $4
                                 ORDER BY campaign_id DESC LIMIT 100) own
  UNION SELECT r.id FROM campaigns r
  WHERE r.state IN ('pending','running') AND r.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, $4) AND v.campaign_id = r.id)
), latest AS (
  SELECT b.id FROM seen s
  CROSS JOIN LATERAL (SELECT id FROM attempts
                      WHERE campaign_id = s.campaign_id AND id < $1 AND ($3::text IS NULL OR state = $3)
                      ORDER BY campaign_id DESC, id DESC LIMIT $2) b
  ORDER BY b.id DESC LIMIT $2
)
SELECT a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM latest l JOIN attempts a ON a.id = l.id LEFT JOIN contacts c ON c.id = a.contact_id
ORDER BY a.id DESC
