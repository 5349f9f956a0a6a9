-- An uploaded file.
INSERT INTO media (id, name, content_type, length, sha256, made_at, made_by, content)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
