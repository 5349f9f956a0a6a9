-- Who runs a campaign.
SELECT id, lease_owner, lease_epoch, lease_until FROM campaigns WHERE id = ?1 AND deleted_at IS NULL
