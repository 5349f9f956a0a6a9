-- Deletes an uploaded file.
DELETE FROM media WHERE id = $1
