-- The contacts that a search has found, each by its key.
SELECT id, campaign_id, line, number, name, state, lead, reason, due_at, attempts, answered,
       last_outcome, last_attempt_at, changed_at, metadata
FROM contacts WHERE id = ANY ($1::bigint[])
