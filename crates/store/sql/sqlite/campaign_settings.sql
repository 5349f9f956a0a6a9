-- A campaign's settings, deleted campaigns included.
SELECT settings, state FROM campaigns WHERE id = ?1
