-- Gives up the lease of a campaign, if the instance has it; the epoch stays, so that what it claimed is
-- still told apart.
UPDATE campaigns SET lease_until = 0 WHERE id = ?1 AND lease_owner = ?2
