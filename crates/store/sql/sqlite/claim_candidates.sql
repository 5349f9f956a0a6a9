-- The next due contacts of a campaign with what is known about their numbers, in due order.
-- Served by contacts_due, then by primary key of numbers and by attempts_live; reads no row that has ended.
SELECT c.id, c.number, c.attempts, c.zone,
       n.blocked_at IS NOT NULL, n.last_campaign, n.last_called_at, n.other_called_at,
       EXISTS (SELECT 1 FROM attempts a INDEXED BY attempts_live
               WHERE a.number = c.number
                 AND a.ended_at IS NULL)
FROM contacts c INDEXED BY contacts_due
LEFT JOIN numbers n ON n.number = c.number
WHERE c.campaign_id = ?1 AND c.due_at <= ?2
ORDER BY c.due_at, c.id
LIMIT ?3
