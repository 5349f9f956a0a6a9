-- A file whose import begins.
INSERT INTO lists (campaign_id, file_name, layout, created_at) VALUES (?1, ?2, ?3, ?4)
