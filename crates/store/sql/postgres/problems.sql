-- Rows of a campaign's files that were not taken, by line: of each list the next ones, by primary key.
SELECT p.line, p.field, p.value, p.reason, p.fields
FROM lists l
CROSS JOIN LATERAL (SELECT * FROM list_problems WHERE list_id = l.id AND line > $2 ORDER BY line LIMIT $3) p
WHERE l.campaign_id = $1
ORDER BY p.line
LIMIT $3
