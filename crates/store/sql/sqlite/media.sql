-- An uploaded file, without its content.
SELECT id, name, content_type, length, sha256, made_at, made_by, archived_at
FROM media WHERE id = ?1
