-- A campaign's settings, deleted campaigns included.
SELECT settings FROM campaigns WHERE id = $1
