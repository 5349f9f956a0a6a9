-- What steering asks of a campaign, and its lock.
SELECT id, state, live, contacts_made, imported_at FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE
