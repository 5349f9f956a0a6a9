-- Marks an event as applied. By the primary key of carrier_events_waiting.
DELETE FROM carrier_events_waiting WHERE id = ?1
