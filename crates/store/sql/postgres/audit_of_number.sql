-- The latest entries about a number. Served by audit_number.
SELECT seq, at, actor, event, campaign_id, number, attempt_id, detail
FROM audit WHERE number = $1 ORDER BY seq DESC LIMIT $2
