-- name: EVENT_FAULTY
-- Notes why nothing could be made of an event that waits still. By the primary keys.
UPDATE carrier_events SET fault = $2
WHERE id = $1 AND EXISTS (SELECT 1 FROM carrier_events_waiting w WHERE w.id = $1)

-- name: EVENT_KEEP
-- Keeps what a carrier told, unless it told it before. The key is carrier_events_key.
-- sqlite:
INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING id

-- name: EVENT_WAITS
-- What was kept waits to be applied.
-- sqlite:
INSERT INTO carrier_events_waiting (id) VALUES ($1)

-- name: EVENTS_APPLIED
-- Marks events as applied. By the primary key of carrier_events_waiting.
DELETE FROM carrier_events_waiting WHERE id = ANY ($1)

-- name: EVENTS_KEEP
-- Keeps what a carrier told, one row for each telling, and that it waits; what it told before is left out.
-- The key is carrier_events_key. Ordered by the key, so that two of these never wait for each other.
-- postgres:
WITH kept AS (
  INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body)
  SELECT e.carrier, e.call_id, e.source, e.sequence, e.attempt, e.kept_at, e.body
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[], $6::timestamptz[], $7::text[])
       AS e (carrier, call_id, source, sequence, attempt, kept_at, body)
  ORDER BY e.attempt, e.call_id, e.sequence, e.source, e.carrier
  ON CONFLICT DO NOTHING
  RETURNING id, attempt, call_id, carrier, source, sequence
), waits AS (
  INSERT INTO carrier_events_waiting (id) SELECT id FROM kept
)
SELECT id, attempt, call_id, carrier, source, sequence FROM kept

-- name: EVENTS_OF_ATTEMPT
-- What a carrier told of an attempt, oldest first. Served by carrier_events_key.
SELECT id, carrier, call_id, source, sequence, attempt, kept_at, body, fault
FROM carrier_events
WHERE attempt = $1
ORDER BY id
LIMIT $2

-- name: EVENTS_WAITING
-- What was kept before an instant and is not applied, oldest first. By the primary keys.
SELECT e.id, e.carrier, e.call_id, e.source, e.sequence, e.attempt, e.kept_at, e.body, e.fault
FROM carrier_events_waiting w JOIN carrier_events e ON e.id = w.id
WHERE w.id > $1 AND e.kept_at < $2
ORDER BY w.id
LIMIT $3
