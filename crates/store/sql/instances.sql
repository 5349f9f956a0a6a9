-- columns: INSTANCE_COLUMNS
-- A process that shares the ledger.
id, name, process, version, address, joined_at, heard_at, until, left_at, gone_at

-- name: INSTANCE
-- One process that shares the ledger, and its lock.
SELECT {INSTANCE_COLUMNS} FROM instances WHERE id = $1
FOR UPDATE

-- name: INSTANCE_GONE
-- A process is gone without a word; told once.
UPDATE instances SET gone_at = $2 WHERE id = $1 AND left_at IS NULL AND gone_at IS NULL

-- name: INSTANCE_HEARD
-- Lets a process live on; never shortens its time.
UPDATE instances
SET heard_at = CASE WHEN heard_at < $2 THEN $2 ELSE heard_at END,
    until = CASE WHEN until < $3 THEN $3 ELSE until END, gone_at = NULL
WHERE id = $1 AND left_at IS NULL

-- name: INSTANCE_JOIN
-- Enters a process; one that is known begins anew. Which schema it knows matters where several versions may work
-- at once.
INSERT INTO instances (id, name, process, version, address, joined_at, heard_at, until, schema)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, process = excluded.process, version = excluded.version,
  address = excluded.address, joined_at = excluded.joined_at, heard_at = excluded.heard_at,
  until = excluded.until, left_at = NULL, gone_at = NULL, schema = excluded.schema

-- name: INSTANCE_LEAVE
-- A process has ended in order.
UPDATE instances SET left_at = $2 WHERE id = $1 AND left_at IS NULL

-- name: INSTANCES
-- Every process that is remembered, the eldest first. A few rows.
SELECT {INSTANCE_COLUMNS} FROM instances
ORDER BY joined_at, id

-- name: INSTANCES_BEHIND
-- Instances that live and whose program does not know a migration.
-- postgres:
SELECT name || ' (version ' || version || ')' FROM instances
WHERE left_at IS NULL AND gone_at IS NULL AND until > clock_timestamp() AND schema < $1
ORDER BY name

-- name: INSTANCES_FORGET
-- Forgets who is over since before $1, and of the others over all but the $2 youngest.
DELETE FROM instances
WHERE (left_at IS NOT NULL OR gone_at IS NOT NULL)
  AND (heard_at < $1
       OR id NOT IN (SELECT id FROM instances WHERE left_at IS NOT NULL OR gone_at IS NOT NULL
                     ORDER BY joined_at DESC, id DESC LIMIT $2))

-- name: INSTANCES_OVERDUE
-- Instances that count as living and whose time has run out, locked, but for those that another transaction
-- has locked. A few rows.
SELECT {INSTANCE_COLUMNS} FROM instances
WHERE left_at IS NULL AND gone_at IS NULL AND until <= $1
ORDER BY joined_at, id
FOR UPDATE SKIP LOCKED

-- name: LEASE
-- Who runs a campaign, to change it.
SELECT id, lease_owner, lease_epoch, lease_until FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: LEASE_EXTEND
-- Keeps a lease that is ours; never shortens it.
UPDATE campaigns SET lease_until = CASE WHEN lease_until < $2 THEN $2 ELSE lease_until END WHERE id = $1

-- name: LEASE_RELEASE
-- Gives up the lease of a campaign, if the instance has it, by ending it at $3; the epoch stays, so that what it
-- claimed is still told apart.
UPDATE campaigns SET lease_until = $3 WHERE id = $1 AND lease_owner = $2

-- name: LEASE_TAKE
-- Takes a lease under a higher epoch.
UPDATE campaigns SET lease_owner = $2, lease_epoch = $3, lease_until = $4 WHERE id = $1

-- name: LEASES_RELEASE
-- Gives up the leases of an instance, by ending them at $2; the epochs stay, so that what it claimed is still told
-- apart. Served by campaigns_leased. In order of id, as all transactions lock campaigns.
UPDATE campaigns SET lease_until = $2
WHERE id IN (SELECT c.id FROM campaigns c WHERE c.lease_owner = $1 ORDER BY c.id FOR NO KEY UPDATE)
