-- The next due contacts of a campaign with what is known about their numbers, in due order.
-- Served by contacts_due, then by primary key of numbers and by attempts_live; reads no row that has ended.
-- Runs after claim_numbers_lock, in a statement of its own: it must see what the lock waited for.
SELECT k.id, k.number, k.attempts, k.zone,
       n.blocked_at IS NOT NULL, n.last_campaign, n.last_called_at, n.other_called_at,
       EXISTS (SELECT 1 FROM attempts a WHERE a.number = k.number AND a.ended_at IS NULL)
FROM (SELECT id, number, attempts, zone, due_at FROM contacts
      WHERE campaign_id = $1 AND due_at <= $2
      ORDER BY due_at, id LIMIT 16) k
CROSS JOIN LATERAL (SELECT * FROM numbers WHERE number = k.number LIMIT 1) n
ORDER BY k.due_at, k.id
