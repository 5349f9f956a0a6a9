-- Uploaded files in use, the latest first, without their content. There are hundreds at most.
SELECT id, name, content_type, length, sha256, made_at, made_by, archived_at
FROM media WHERE archived_at IS NULL
ORDER BY made_at DESC, id LIMIT $1
