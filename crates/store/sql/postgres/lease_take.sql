-- Takes a lease under a higher epoch.
UPDATE campaigns SET lease_owner = $2, lease_epoch = $3, lease_until = $4 WHERE id = $1
