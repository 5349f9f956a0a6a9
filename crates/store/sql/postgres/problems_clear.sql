-- Removes a bounded number of the problems of a campaign's lists, those of one list if given.
DELETE FROM list_problems
WHERE (list_id, line) IN (SELECT p.list_id, p.line
                          FROM lists l JOIN list_problems p ON p.list_id = l.id
                          WHERE l.campaign_id = $1 AND ($2::bigint IS NULL OR l.id = $2) LIMIT $3)
