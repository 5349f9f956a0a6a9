-- The campaigns whose file had a fingerprint, the latest first. Served by campaigns_fingerprint.
SELECT id, state FROM campaigns INDEXED BY campaigns_fingerprint
WHERE fingerprint = ?1 AND fingerprint <> '' AND imported_at IS NOT NULL AND deleted_at IS NULL
ORDER BY id DESC
