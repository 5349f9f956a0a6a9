-- Rows of a campaign's files that were not taken, by line.
SELECT p.line, p.field, p.value, p.reason, p.fields
FROM lists l INDEXED BY lists_campaign CROSS JOIN list_problems p ON p.list_id = l.id
WHERE l.campaign_id = ?1 AND p.line > ?2
ORDER BY p.line
LIMIT ?3
