-- Keeps a lease that is ours; never shortens it.
UPDATE campaigns SET lease_until = greatest(lease_until, $2) WHERE id = $1
