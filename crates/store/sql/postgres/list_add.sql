-- A file whose import begins.
INSERT INTO lists (campaign_id, file_name, layout, created_at) VALUES ($1, $2, $3::text::json, $4)
RETURNING id
