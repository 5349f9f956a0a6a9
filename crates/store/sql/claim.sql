-- name: CLAIM_CAMPAIGN
-- What a claim asks of its campaign; whoever holds this lock changes the campaign's contacts alone.
SELECT id, state, live, next_slot_at, lease_owner, lease_epoch
FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: CLAIM_CANDIDATES
-- The next due contacts of a campaign with what is known about their numbers, in due order.
-- Served by contacts_due, then by primary key of numbers and by attempts_live; reads no row that has ended.
-- Runs after claim_numbers_lock, in a statement of its own: it must see what the lock waited for.
-- sqlite:
SELECT c.id, c.number, c.attempts, c.zone,
       n.blocked_at IS NOT NULL AS blocked, n.last_campaign, n.last_called_at, n.other_called_at,
       EXISTS (SELECT 1 FROM attempts a INDEXED BY attempts_live
               WHERE a.number = c.number
                 AND a.ended_at IS NULL) AS live
FROM contacts c INDEXED BY contacts_due
LEFT JOIN numbers n ON n.number = c.number
WHERE c.campaign_id = $1 AND c.due_at <= $2
ORDER BY c.due_at, c.id
LIMIT $3
-- postgres:
SELECT k.id, k.number, k.attempts, k.zone,
       n.blocked_at IS NOT NULL AS blocked, n.last_campaign, n.last_called_at, n.other_called_at,
       EXISTS (SELECT 1 FROM attempts a WHERE a.number = k.number AND a.ended_at IS NULL) AS live
FROM (SELECT id, number, attempts, zone, due_at FROM contacts
      WHERE campaign_id = $1 AND due_at <= $2
      ORDER BY due_at, id LIMIT 16) k
CROSS JOIN LATERAL (SELECT * FROM numbers WHERE number = k.number LIMIT 1) n
ORDER BY k.due_at, k.id

-- name: CLAIM_NUMBERS_ADD
-- A row for each number of the next due contacts, so that there is something to lock: without one, two
-- campaigns could judge one number at the same time. In order, so that two claims do not wait for each other.
-- postgres:
INSERT INTO numbers (number)
SELECT k.number
FROM (SELECT number FROM contacts
      WHERE campaign_id = $1 AND due_at <= $2
      ORDER BY due_at, id LIMIT 16) k
ORDER BY k.number
ON CONFLICT DO NOTHING

-- name: CLAIM_NUMBERS_LOCK
-- Locks the numbers of the next due contacts; those that somebody else is judging or settling are left out.
-- postgres:
SELECT n.number FROM numbers n
WHERE n.number = ANY (ARRAY(SELECT number FROM contacts
                            WHERE campaign_id = $1 AND due_at <= $2
                            ORDER BY due_at, id LIMIT 16))
ORDER BY n.number
FOR NO KEY UPDATE SKIP LOCKED
