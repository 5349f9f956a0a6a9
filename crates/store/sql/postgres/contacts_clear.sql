-- Removes a bounded number of a campaign's contacts, those of one list if given, and tells how many were in
-- which state. A range of the primary key.
WITH gone AS (DELETE FROM contacts
              WHERE id = ANY (ARRAY(SELECT id FROM contacts
                                    WHERE id > $1 AND id < $2 AND ($3::bigint IS NULL OR list_id = $3) LIMIT $4))
              RETURNING state)
SELECT state, count(*) FROM gone GROUP BY state
