-- Gives up the leases of an instance; the epochs stay, so that what it claimed is still told apart.
-- Served by campaigns_leased.
UPDATE campaigns SET lease_until = 0 WHERE lease_owner = ?1
