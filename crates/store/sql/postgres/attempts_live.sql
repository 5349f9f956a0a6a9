-- Live attempts by number. Served by attempts_live.
SELECT a.id, a.campaign_id, a.contact_id, a.number, a.made, a.state, a.owner, a.claimed_at, a.dialed_at,
       a.dial_before, a.call_id, a.answered_at, a.ended_at, a.empty_look_at, a.outcome, a.cause,
       a.may_have_rung
FROM attempts a
WHERE a.number > $1 AND a.ended_at IS NULL
ORDER BY a.number
LIMIT $2
