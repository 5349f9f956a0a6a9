-- How somebody wants to read.
UPDATE users SET language = $2, zone = $3 WHERE id = $1
