-- Calls that never rang, the latest first. Served by attempts_not_rung.
SELECT a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM attempts a INDEXED BY attempts_not_rung LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.ended_at IS NOT NULL AND a.state <> 'ended'
  AND a.state = ?4 AND a.id < ?1 AND (?3 IS NULL OR a.campaign_id = ?3)
  AND (?5 IS NULL
       OR EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, ?5) AND v.campaign_id = a.campaign_id))
ORDER BY a.id DESC
LIMIT ?2
