-- The contacts that a search has found (ids in a JSON array), each by its key.
SELECT k.id, k.campaign_id, k.line, k.number, k.name, k.state, k.lead, k.reason, k.due_at, k.attempts, k.answered,
       k.last_outcome, k.last_attempt_at, k.changed_at, k.metadata
FROM json_each(?1) j CROSS JOIN contacts k
WHERE k.id = j.value
