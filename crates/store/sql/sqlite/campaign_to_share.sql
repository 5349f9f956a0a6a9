-- Whose a campaign is that is there.
SELECT id, owner FROM campaigns WHERE id = ?1 AND imported_at IS NOT NULL AND deleted_at IS NULL
