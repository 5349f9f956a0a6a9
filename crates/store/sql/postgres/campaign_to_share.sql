-- Whose a campaign is that is there, and its lock.
SELECT id, owner FROM campaigns WHERE id = $1 AND imported_at IS NOT NULL AND deleted_at IS NULL
FOR NO KEY UPDATE
