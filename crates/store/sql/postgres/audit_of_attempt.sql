-- The latest entries about an attempt, found among those of its number. Served by audit_number.
SELECT seq, at, actor, event, campaign_id, number, attempt_id, detail
FROM audit WHERE number = $1 AND attempt_id = $2 ORDER BY seq DESC LIMIT $3
