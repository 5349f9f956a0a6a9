-- Attempts with everything that their settlement asks: contact, campaign and number, all by primary key.
-- Runs after the locks, in a statement of its own: it must see what they waited for.
SELECT a.id, a.campaign_id, a.contact_id, a.number, a.made, a.state, a.owner, a.claimed_at, a.dialed_at,
       a.dial_before, a.call_id, a.answered_at, a.ended_at, a.empty_look_at, a.outcome, a.cause,
       a.may_have_rung,
       k.state, c.state, c.next_slot_at, c.lease_owner,
       n.blocked_at IS NOT NULL, n.last_campaign, n.last_called_at, n.other_called_at
FROM attempts a
CROSS JOIN LATERAL (SELECT * FROM campaigns WHERE id = a.campaign_id LIMIT 1) c
LEFT JOIN LATERAL (SELECT state FROM contacts WHERE id = a.contact_id LIMIT 1) k ON true
LEFT JOIN LATERAL (SELECT * FROM numbers WHERE number = a.number LIMIT 1) n ON true
WHERE a.id = ANY ($1)
