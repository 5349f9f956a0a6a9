-- One call with its contact's name, both by primary key.
SELECT a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.id = $1
