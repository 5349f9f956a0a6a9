-- Deletes a campaign for everybody; its contacts are cleared afterwards.
UPDATE campaigns SET deleted_at = $2 WHERE id = $1
