-- Marks events as applied. By the primary key of carrier_events_waiting.
DELETE FROM carrier_events_waiting WHERE id = ANY ($1)
