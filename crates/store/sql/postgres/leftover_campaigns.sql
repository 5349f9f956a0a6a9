-- Campaigns whose import was never finished or that were deleted, and that still have rows; one of them if given.
SELECT c.id, c.deleted_at IS NOT NULL FROM campaigns c
WHERE (c.imported_at IS NULL OR c.deleted_at IS NOT NULL) AND ($1::bigint IS NULL OR c.id = $1)
  AND EXISTS (SELECT 1 FROM campaign_contacts n WHERE n.campaign_id = c.id)
ORDER BY c.id
