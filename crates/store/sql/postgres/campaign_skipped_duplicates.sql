-- Counts contacts whose number another campaign has called.
UPDATE campaigns SET skipped_duplicates = skipped_duplicates + $2 WHERE id = $1
