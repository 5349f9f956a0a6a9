-- Whether a campaign is there and was not deleted.
SELECT id FROM campaigns WHERE id = $1 AND deleted_at IS NULL
