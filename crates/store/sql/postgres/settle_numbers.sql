-- Locks the numbers of attempts, in order: no claim judges them meanwhile.
SELECT n.number FROM numbers n
WHERE n.number = ANY (ARRAY(SELECT a.number FROM attempts a WHERE a.id = ANY ($1)))
ORDER BY n.number
FOR NO KEY UPDATE
