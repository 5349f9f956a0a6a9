-- A campaign's next state, only from the state from which it was concluded.
UPDATE campaigns
SET state = ?3, state_reason = ?4, started_at = coalesce(?5, started_at), ended_at = coalesce(?6, ended_at)
WHERE id = ?1 AND state = ?2
