-- What there is to run. Served by campaigns_active; each next due time is the first entry of contacts_due.
SELECT c.id, c.state, c.live, c.next_slot_at, c.lease_owner, c.lease_epoch, c.lease_until,
       (SELECT k.due_at FROM contacts k INDEXED BY contacts_due
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at LIMIT 1)
FROM campaigns c INDEXED BY campaigns_active
WHERE c.state IN ('pending','running') AND c.deleted_at IS NULL
ORDER BY c.id
