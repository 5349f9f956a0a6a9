-- Waits until no claim and no dial is under way, and keeps them waiting until this transaction ends.
SELECT pg_advisory_xact_lock($1)
