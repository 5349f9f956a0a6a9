-- The last call of each of some contacts that may have rung and is over. Served by attempts_rung.
SELECT a.id, a.campaign_id, a.contact_id, a.number, k.name, a.made, a.state, a.outcome, a.cause, a.call_id,
       a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.may_have_rung
FROM contacts k
CROSS JOIN LATERAL (SELECT r.* FROM attempts r
                    WHERE r.number = k.number AND r.may_have_rung AND r.contact_id = k.id AND r.ended_at IS NOT NULL
                    ORDER BY r.ended_at DESC LIMIT 1) a
WHERE k.id = ANY ($1::bigint[])
