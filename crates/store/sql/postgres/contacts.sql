-- Contacts of a campaign by id: a range of the primary key.
SELECT id, campaign_id, line, number, name, state, lead, reason, due_at, attempts, answered,
       last_outcome, last_attempt_at, changed_at, metadata
FROM contacts WHERE id > $1 AND id < $2
ORDER BY id
LIMIT $3
