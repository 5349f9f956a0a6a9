-- What was kept before an instant and is not applied, oldest first. Served by carrier_events_waiting.
SELECT id, carrier, call_id, source, sequence, attempt, kept_at, body, applied_at, fault
FROM carrier_events
WHERE applied_at IS NULL AND id > ?1 AND kept_at < ?2
ORDER BY id
LIMIT ?3
