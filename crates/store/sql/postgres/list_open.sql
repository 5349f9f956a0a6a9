-- An import that is not finished, and its campaign, which it locks.
SELECT l.id, l.campaign_id, l.created_at, c.contacts_made
FROM lists l JOIN campaigns c ON c.id = l.campaign_id
WHERE l.id = $1 AND l.finished_at IS NULL AND c.deleted_at IS NULL
FOR NO KEY UPDATE OF c
