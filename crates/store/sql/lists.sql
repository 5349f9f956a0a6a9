-- name: LAYOUTS
-- How the files of a campaign were read, the first file first. Served by lists_campaign.
SELECT id, layout FROM lists WHERE campaign_id = $1 ORDER BY id

-- name: LEFTOVER_CAMPAIGNS
-- Campaigns whose import was never finished or that were deleted, and that still have rows; one of them if given.
SELECT c.id, c.deleted_at IS NOT NULL AS deleted FROM campaigns c
WHERE (c.imported_at IS NULL OR c.deleted_at IS NOT NULL) AND ($1::bigint IS NULL OR c.id = $1)
  AND EXISTS (SELECT 1 FROM campaign_contacts n WHERE n.campaign_id = c.id)
ORDER BY c.id

-- name: LEFTOVER_LISTS
-- Unfinished lists of campaigns that have a finished one; of one campaign if given.
SELECT l.id, l.campaign_id FROM lists l JOIN campaigns c ON c.id = l.campaign_id
WHERE l.finished_at IS NULL AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL
  AND ($1::bigint IS NULL OR c.id = $1)
ORDER BY l.id

-- name: LIST_ADD
-- A file whose import begins.
INSERT INTO lists (campaign_id, file_name, layout, created_at) VALUES ($1, $2, $3::text::json, $4) RETURNING id

-- name: LIST_COUNT
-- Counts what a chunk came to.
UPDATE lists
SET accepted = accepted + $2, duplicates = duplicates + $3, rejected = rejected + $4
WHERE id = $1

-- name: LIST_FINISH
-- Ends an import.
UPDATE lists SET rows = $2, finished_at = $3 WHERE id = $1

-- name: LIST_OPEN
-- An import that is not finished, and its campaign, which it locks.
SELECT l.id, l.campaign_id, l.created_at, c.contacts_made
FROM lists l JOIN campaigns c ON c.id = l.campaign_id
WHERE l.id = $1 AND l.finished_at IS NULL AND c.deleted_at IS NULL
FOR NO KEY UPDATE OF c

-- name: LIST_REMOVE
-- Removes a list that has no rows left.
DELETE FROM lists WHERE id = $1

-- name: LIST_TOTALS
-- What an import came to.
SELECT id, rows, accepted, duplicates, rejected FROM lists WHERE id = $1

-- name: LISTS_REMOVE
-- Removes the lists of a campaign that have no rows left.
DELETE FROM lists WHERE campaign_id = $1

-- name: PROBLEM_ADD
-- Rows that were not taken; the first problem of a line is kept. One by one in the process, as arrays to a
-- server.
-- sqlite:
INSERT INTO list_problems (list_id, line, field, value, reason, fields) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
-- postgres:
INSERT INTO list_problems (list_id, line, field, value, reason, fields)
SELECT $1, p.line, p.field, p.value, p.reason, p.fields
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
  AS p (line, field, value, reason, fields)
ON CONFLICT DO NOTHING

-- name: PROBLEMS
-- Rows of a campaign's files that were not taken, by line: of each list the next ones, by primary key.
SELECT p.line, p.field, p.value, p.reason, p.fields
FROM lists l CROSS JOIN list_problems p
WHERE l.campaign_id = $1 AND p.list_id = l.id
  AND p.line = ANY (ARRAY(SELECT q.line FROM list_problems q
                          WHERE q.list_id = l.id AND q.line > $2 ORDER BY q.line LIMIT $3))
ORDER BY p.line
LIMIT $3

-- name: PROBLEMS_CLEAR
-- Removes a bounded number of the problems of a campaign's lists, those of one list if given.
DELETE FROM list_problems
WHERE (list_id, line) IN (SELECT p.list_id, p.line
                          FROM lists l JOIN list_problems p ON p.list_id = l.id
                          WHERE l.campaign_id = $1 AND ($2::bigint IS NULL OR l.id = $2) LIMIT $3)
