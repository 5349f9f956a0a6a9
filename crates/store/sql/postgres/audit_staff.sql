-- The latest entries that are no steps of calls, before a place. Served by audit_staff.
SELECT seq, at, actor, event, campaign_id, number, attempt_id, detail
FROM audit
WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
  AND (at, seq) < ($1, $2)
ORDER BY at DESC, seq DESC
LIMIT $3
