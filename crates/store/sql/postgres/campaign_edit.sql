-- What a person changes of a draft; nobody changes a campaign that was started.
UPDATE campaigns SET name = $2, settings = $3::text::jsonb WHERE id = $1 AND state = 'draft' AND deleted_at IS NULL
