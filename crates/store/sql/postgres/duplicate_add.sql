-- Remembers that an attempt was reported.
INSERT INTO duplicates_found (attempt_id, number, found_at, rule) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
