-- Calls that somebody sees, the latest first: of the campaigns that run, and of the latest hundred
-- others that are theirs and that are everybody's, so that no more is looked at however much there is.
-- Served by campaign_viewers and, a page of each campaign at most, by attempts_campaign.
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0
                           ORDER BY campaign_id DESC LIMIT 100) open
  UNION SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = ?4
                                 ORDER BY campaign_id DESC LIMIT 100) own
  UNION SELECT r.id FROM campaigns r INDEXED BY campaigns_active
  WHERE r.state IN ('pending','running') AND r.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, ?4) AND v.campaign_id = r.id)
)
SELECT a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM seen s CROSS JOIN attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.id IN (SELECT b.id FROM attempts b INDEXED BY attempts_campaign
               WHERE b.campaign_id = s.campaign_id AND b.id < ?1 AND (?3 IS NULL OR b.state = ?3)
               ORDER BY b.id DESC LIMIT ?2)
ORDER BY a.id DESC
LIMIT ?2
