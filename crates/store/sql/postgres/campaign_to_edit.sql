-- What an edit of a campaign compares and checks, and its lock.
SELECT id, state, imported_at, skipped_duplicates, name, settings FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE
