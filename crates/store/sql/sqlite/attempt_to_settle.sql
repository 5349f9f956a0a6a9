-- An attempt with everything that its settlement asks: contact, campaign and number, all by primary key.
SELECT a.id, a.campaign_id, a.contact_id, a.number, a.made, a.state, a.owner, a.claimed_at, a.dialed_at,
       a.dial_before, a.call_id, a.answered_at, a.ended_at, a.empty_look_at, a.outcome, a.cause,
       a.may_have_rung,
       k.state, c.state, c.next_slot_at, c.lease_owner,
       n.blocked_at IS NOT NULL, n.last_campaign, n.last_called_at, n.other_called_at
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN contacts k ON k.id = a.contact_id
LEFT JOIN numbers n ON n.number = a.number
WHERE a.id = ?1
