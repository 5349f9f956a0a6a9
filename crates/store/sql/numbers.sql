-- name: NUMBER
-- A number's row.
SELECT number, blocked_at, block_reason, last_called_at, called, answered
FROM numbers WHERE number = $1

-- name: NUMBER_ADD_CALLED
-- The row of a number that was never called before.
-- sqlite:
INSERT INTO numbers (number, last_campaign, last_called_at, other_called_at, called, answered)
VALUES ($1, $2, $3, $4, $6, $5)

-- name: NUMBER_BLOCK
-- Blocks a number that is free, whether it has a row or not. One that is blocked is not tried at all: the guard
-- against replacement would refuse it.
INSERT INTO numbers (number, blocked_at, block_reason)
SELECT $1::bigint, $2::timestamptz, $3::text
WHERE NOT EXISTS (SELECT 1 FROM numbers WHERE number = $1 AND blocked_at IS NOT NULL)
ON CONFLICT (number) DO UPDATE SET blocked_at = excluded.blocked_at, block_reason = excluded.block_reason
WHERE numbers.blocked_at IS NULL

-- name: NUMBER_CALLED
-- Adds a call to the number's row. ON CONFLICT would fire the guard against replacement, so update comes first.
-- sqlite:
UPDATE numbers
SET last_campaign = $2, last_called_at = $3, other_called_at = $4,
    called = called + $6, answered = answered + $5
WHERE number = $1

-- name: NUMBER_LIVE
-- The attempt that holds a number. Served by attempts_live.
SELECT id FROM attempts INDEXED BY attempts_live WHERE number = $1 AND ended_at IS NULL

-- name: NUMBERS_CALLED
-- Adds calls to their numbers' rows.
-- postgres:
INSERT INTO numbers (number, last_campaign, last_called_at, other_called_at, called, answered)
SELECT e.number, e.last_campaign, e.last_called_at, e.other_called_at, e.called, e.answered
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::bigint[])
     AS e (number, last_campaign, last_called_at, other_called_at, called, answered)
ORDER BY e.number
ON CONFLICT (number) DO UPDATE
SET last_campaign = excluded.last_campaign, last_called_at = excluded.last_called_at,
    other_called_at = excluded.other_called_at, called = numbers.called + excluded.called,
    answered = numbers.answered + excluded.answered

-- name: NUMBERS_FORESEEN
-- Of these numbers, each as often as it is given: how many are blocked, and how many others were called since an
-- instant. Each by its primary key; 10,000 take about 8 ms in a million.
SELECT count(*) FILTER (WHERE n.blocked_at IS NOT NULL) AS blocked,
       count(*) FILTER (WHERE n.blocked_at IS NULL AND n.last_called_at > $2) AS called
FROM unnest($1::bigint[]) AS asked (value) CROSS JOIN numbers n
WHERE n.number = asked.value

-- name: SETTLE_NUMBERS
-- Locks the numbers of attempts, in order: no claim judges them meanwhile.
-- postgres:
SELECT n.number FROM numbers n
WHERE n.number = ANY (ARRAY(SELECT a.number FROM attempts a WHERE a.id = ANY ($1)))
ORDER BY n.number
FOR NO KEY UPDATE
