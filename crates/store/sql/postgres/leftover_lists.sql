-- Unfinished lists of campaigns that have a finished one; of one campaign if given.
SELECT l.id, l.campaign_id FROM lists l JOIN campaigns c ON c.id = l.campaign_id
WHERE l.finished_at IS NULL AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL
  AND ($1::bigint IS NULL OR c.id = $1)
ORDER BY l.id
