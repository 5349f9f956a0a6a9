-- Marks an event as applied, once. By its primary key.
UPDATE carrier_events SET applied_at = ?2, fault = ?3 WHERE id = ?1 AND applied_at IS NULL
