-- A row that was not taken; the first problem of a line is kept.
INSERT INTO list_problems (list_id, line, field, value, reason, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO NOTHING
