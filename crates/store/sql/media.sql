-- name: MEDIA
-- An uploaded file, without its content.
SELECT id, name, content_type, length, sha256, made_at, made_by, archived_at
FROM media WHERE id = $1

-- name: MEDIA_ADD
-- An uploaded file.
INSERT INTO media (id, name, content_type, length, sha256, made_at, made_by, content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: MEDIA_ALL
-- Uploaded files in use, the latest first, without their content. There are hundreds at most.
SELECT id, name, content_type, length, sha256, made_at, made_by, archived_at
FROM media WHERE archived_at IS NULL
ORDER BY made_at DESC, id LIMIT $1

-- name: MEDIA_ARCHIVE
-- Puts an uploaded file away, once.
UPDATE media SET archived_at = $2 WHERE id = $1 AND archived_at IS NULL

-- name: MEDIA_COUNT
-- How many uploaded files are in use.
SELECT count(*) AS files FROM media WHERE archived_at IS NULL

-- name: MEDIA_PART
-- A part of an uploaded file, from a byte on; 1 is the first.
SELECT substr(content, $2, $3) AS part FROM media WHERE id = $1

-- name: MEDIA_REMOVE
-- Deletes an uploaded file.
DELETE FROM media WHERE id = $1

-- name: MEDIA_USED
-- Whether any version of an agent, or any campaign, plays an uploaded file. Reads all of them: files are
-- removed by people, now and then.
SELECT EXISTS (SELECT 1 FROM agent_versions WHERE content::text LIKE '%' || $1 || '%')
    OR EXISTS (SELECT 1 FROM campaigns WHERE settings::text LIKE '%' || $1 || '%') AS used
