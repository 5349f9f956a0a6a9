-- Removes a list that has no rows left.
DELETE FROM lists WHERE id = $1
