-- Keeps what a carrier told, unless it told it before. The key is carrier_events_key.
INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO NOTHING
RETURNING id
