-- Counts what a chunk came to.
UPDATE lists
SET accepted = accepted + $2, duplicates = duplicates + $3, rejected = rejected + $4
WHERE id = $1
