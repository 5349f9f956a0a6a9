-- Waits until nobody else changes people, and keeps them waiting until this transaction ends.
SELECT pg_advisory_xact_lock($1)
