-- What was kept waits to be applied.
INSERT INTO carrier_events_waiting (id) VALUES (?1)
