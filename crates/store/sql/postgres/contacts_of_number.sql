-- A number's contacts, the latest campaign first: one look into contacts_number for each campaign.
SELECT k.id, k.campaign_id, k.line, k.number, k.name, k.state, k.lead, k.reason, k.due_at, k.attempts, k.answered,
       k.last_outcome, k.last_attempt_at, k.changed_at, k.metadata
FROM campaigns c
CROSS JOIN LATERAL (SELECT * FROM contacts WHERE campaign_id = c.id AND number = $1 OFFSET 0) k
WHERE c.imported_at IS NOT NULL AND c.deleted_at IS NULL
ORDER BY c.id DESC
LIMIT $2
