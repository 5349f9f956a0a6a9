-- What there is to run, at one moment. Served by campaigns_active; each next due time is the first entry of
-- contacts_due.
SELECT c.id, c.state, c.live, c.next_slot_at, c.lease_owner, c.lease_epoch, c.lease_until,
       (SELECT k.due_at FROM contacts k
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1),
       n.states, n.contacts
FROM campaigns c
CROSS JOIN LATERAL (SELECT array_agg(s.state) AS states, array_agg(s.contacts) AS contacts
                    FROM campaign_contacts s WHERE s.campaign_id = c.id) n
WHERE c.state IN ('pending','running') AND c.deleted_at IS NULL
ORDER BY c.id
