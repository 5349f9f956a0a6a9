-- Rows that were not taken; the first problem of a line is kept.
INSERT INTO list_problems (list_id, line, field, value, reason)
SELECT $1, p.line, p.field, p.value, p.reason
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS p (line, field, value, reason)
ON CONFLICT DO NOTHING
