-- The latest campaign in one of these states whose file had a fingerprint. Served by campaigns_fingerprint.
SELECT id, state FROM campaigns
WHERE fingerprint = $1 AND fingerprint <> '' AND imported_at IS NOT NULL AND deleted_at IS NULL
  AND state = ANY ($2::text[])
ORDER BY id DESC
LIMIT 1
