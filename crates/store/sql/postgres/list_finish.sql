-- Ends an import.
UPDATE lists SET rows = $2, finished_at = $3 WHERE id = $1
