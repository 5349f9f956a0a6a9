-- Locks the numbers of the next due contacts; those that somebody else is judging or settling are left out.
SELECT n.number FROM numbers n
WHERE n.number = ANY (ARRAY(SELECT number FROM contacts
                            WHERE campaign_id = $1 AND due_at <= $2
                            ORDER BY due_at, id LIMIT 16))
ORDER BY n.number
FOR NO KEY UPDATE SKIP LOCKED
