-- A campaign's next state, only from the state from which it was concluded.
WITH changed AS (
  UPDATE campaigns
  SET state = $3, state_reason = $4, started_at = coalesce($5, started_at), ended_at = coalesce($6, ended_at)
  WHERE id = $1 AND state = $2
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), 1)
