-- A part of an uploaded file, from a byte on; 1 is the first.
SELECT substr(content, $2, $3) FROM media WHERE id = $1
