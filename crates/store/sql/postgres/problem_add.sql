-- Rows that were not taken; the first problem of a line is kept.
INSERT INTO list_problems (list_id, line, field, value, reason, fields)
SELECT $1, p.line, p.field, p.value, p.reason, p.fields
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
  AS p (line, field, value, reason, fields)
ON CONFLICT DO NOTHING
