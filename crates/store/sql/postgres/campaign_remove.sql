-- Removes a campaign that nobody ever saw; a deleted one keeps its row for its attempts.
DELETE FROM campaigns WHERE id = $1 AND imported_at IS NULL AND deleted_at IS NULL
