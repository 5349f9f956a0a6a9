-- Who runs a campaign, to change it.
SELECT id, lease_owner, lease_epoch, lease_until FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE
