-- What was kept before an instant and is not applied, oldest first. By the primary keys.
SELECT e.id, e.carrier, e.call_id, e.source, e.sequence, e.attempt, e.kept_at, e.body, e.fault
FROM carrier_events_waiting w JOIN carrier_events e ON e.id = w.id
WHERE w.id > $1 AND e.kept_at < $2
ORDER BY w.id
LIMIT $3
