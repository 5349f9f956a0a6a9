-- Marks events as applied, once each. By its primary key.
UPDATE carrier_events c SET applied_at = $3, fault = e.fault
FROM unnest($1::bigint[], $2::text[]) AS e (id, fault)
WHERE c.id = e.id AND c.applied_at IS NULL
