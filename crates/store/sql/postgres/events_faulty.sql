-- Notes why nothing could be made of events that wait still. By the primary keys.
UPDATE carrier_events c SET fault = e.fault
FROM unnest($1::bigint[], $2::text[]) AS e (id, fault)
WHERE c.id = e.id AND EXISTS (SELECT FROM carrier_events_waiting w WHERE w.id = e.id)
