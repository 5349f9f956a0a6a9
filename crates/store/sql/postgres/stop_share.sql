-- Waits while a person stops or re-arms everything, and keeps them waiting until this transaction ends.
SELECT pg_advisory_xact_lock_shared($1)
