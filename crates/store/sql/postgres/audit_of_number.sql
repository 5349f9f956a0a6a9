-- The latest entries about a number, before a place. Served by audit_number.
SELECT seq, at, actor, event, campaign_id, number, attempt_id, detail
FROM audit WHERE number = $1 AND seq < $3 ORDER BY seq DESC LIMIT $2
