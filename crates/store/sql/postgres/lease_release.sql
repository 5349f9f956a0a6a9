-- Gives up the lease of one campaign, if it is the instance's.
UPDATE campaigns SET lease_until = 'epoch' WHERE id = $1 AND lease_owner = $2
