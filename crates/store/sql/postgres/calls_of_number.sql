-- A number's calls that may have rung and are over, the latest first. Served by attempts_rung.
SELECT a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.number = $1 AND a.may_have_rung AND a.ended_at IS NOT NULL
ORDER BY a.ended_at DESC
LIMIT $2
