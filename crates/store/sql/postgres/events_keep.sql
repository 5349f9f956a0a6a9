-- Keeps what a carrier told, one row for each telling, and that it waits; what it told before is left out.
-- The key is carrier_events_key. Ordered by the key, so that two of these never wait for each other.
WITH kept AS (
  INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body)
  SELECT e.carrier, e.call_id, e.source, e.sequence, e.attempt, e.kept_at, e.body
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[], $6::timestamptz[], $7::text[])
       AS e (carrier, call_id, source, sequence, attempt, kept_at, body)
  ORDER BY e.attempt, e.call_id, e.sequence, e.source, e.carrier
  ON CONFLICT DO NOTHING
  RETURNING id, attempt, carrier, call_id, source, sequence
), waits AS (
  INSERT INTO carrier_events_waiting (id) SELECT id FROM kept
)
SELECT id, attempt, carrier, call_id, source, sequence FROM kept
