-- What an import came to.
SELECT id, rows, accepted, duplicates, rejected FROM lists WHERE id = $1
