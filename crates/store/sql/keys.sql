-- Requests that may come twice, by the key that their caller gave them (`Idempotency-Key`).

-- name: KEY_ADD
-- Enters a key for the request that came first; of many that try at once, one does. Served by the primary key.
INSERT INTO request_keys (caller, key, request, taken_at, holder, held_until) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (caller, key) DO NOTHING

-- name: KEY_FORGET
-- Removes a key that is old and that no request holds. Served by the primary key.
DELETE FROM request_keys
WHERE caller = $1 AND key = $2 AND taken_at <= $3 AND (held_until IS NULL OR held_until <= $4)

-- name: KEY_FREE
-- Removes the key of a request that left nothing. Served by the primary key.
DELETE FROM request_keys WHERE caller = $1 AND key = $2 AND holder = $3 AND campaign_id IS NULL

-- name: KEY_HOLD
-- Holds a key longer. Served by the primary key.
UPDATE request_keys SET held_until = $4 WHERE caller = $1 AND key = $2 AND holder = $3

-- name: KEY_LOCK
-- What is known of a key, and its lock. Served by the primary key.
SELECT caller, request, held_until, campaign_id FROM request_keys WHERE caller = $1 AND key = $2
FOR UPDATE

-- name: KEY_MADE
-- Notes what came of a request, for the one that holds its key. Served by the primary key.
UPDATE request_keys SET campaign_id = $4 WHERE caller = $1 AND key = $2 AND holder = $3 AND campaign_id IS NULL

-- name: KEY_RELEASE
-- Gives up a key whose request has come to something. Served by the primary key.
UPDATE request_keys SET holder = NULL, held_until = NULL
WHERE caller = $1 AND key = $2 AND holder = $3 AND campaign_id IS NOT NULL

-- name: KEY_TAKE_OVER
-- Takes a key whose holder's time has run out. Served by the primary key.
UPDATE request_keys SET holder = $3, held_until = $4 WHERE caller = $1 AND key = $2

-- name: KEYS_COUNTED
-- How many keys a caller has, up to so many. Served by the primary key.
SELECT count(*) AS keys FROM (SELECT 1 FROM request_keys WHERE caller = $1 LIMIT $2) AS counted

-- name: KEYS_SWEEP
-- Removes some keys that are old and that no request holds. Served by request_keys_taken.
DELETE FROM request_keys WHERE (caller, key) IN (
  SELECT caller, key FROM request_keys WHERE taken_at <= $1 AND (held_until IS NULL OR held_until <= $2)
  ORDER BY taken_at LIMIT $3 FOR UPDATE SKIP LOCKED)
