-- Notes why nothing could be made of an event. By its primary key.
UPDATE carrier_events SET fault = ?2 WHERE id = ?1
