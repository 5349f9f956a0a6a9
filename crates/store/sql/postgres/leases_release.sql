-- Gives up the leases of an instance; the epochs stay, so that what it claimed is still told apart.
-- Served by campaigns_leased. In order, as everybody locks campaigns.
UPDATE campaigns SET lease_until = 'epoch'
WHERE id IN (SELECT c.id FROM campaigns c WHERE c.lease_owner = $1 ORDER BY c.id FOR NO KEY UPDATE)
