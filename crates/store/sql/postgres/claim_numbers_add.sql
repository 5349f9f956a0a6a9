-- A row for each number of the next due contacts, so that there is something to lock: without one, two
-- campaigns could judge one number at the same time. In order, so that two claims do not wait for each other.
INSERT INTO numbers (number)
SELECT k.number
FROM (SELECT number FROM contacts
      WHERE campaign_id = $1 AND due_at <= $2
      ORDER BY due_at, id LIMIT 16) k
ORDER BY k.number
ON CONFLICT DO NOTHING
