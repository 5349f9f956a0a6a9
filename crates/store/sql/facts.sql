-- name: FACT
-- A named value.
SELECT name, value FROM facts WHERE name = $1

-- name: FACT_ADD
-- Gives a named value to a name that has none; of many who try at once, one does.
INSERT INTO facts (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO NOTHING

-- name: FACT_LOCK
-- A named value, and its lock.
SELECT name, value FROM facts WHERE name = $1 FOR NO KEY UPDATE

-- name: FACT_REPLACE
-- Sets a named value if it is the one that the caller has read.
UPDATE facts SET value = $3 WHERE name = $1 AND value = $2

-- name: FACT_SET
-- Sets a named value.
INSERT INTO facts (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
