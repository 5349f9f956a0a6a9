-- A draft that nobody sees before its import is finished.
INSERT INTO campaigns (name, state, settings, fingerprint, created_at, owner)
VALUES ($1, 'draft', $2::text::jsonb, $3, $4, $5) RETURNING id
