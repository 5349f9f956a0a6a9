-- Contacts of a campaign in a state by id. Served by contacts_state.
SELECT id, campaign_id, line, number, name, state, lead, reason, due_at, attempts, answered,
       last_outcome, last_attempt_at, changed_at, metadata
FROM contacts
WHERE campaign_id = $5 AND state = $4 AND id > $1 AND id < $2
ORDER BY id
LIMIT $3
