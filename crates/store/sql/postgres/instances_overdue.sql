-- Instances that are thought to live and whose time has run out, locked, but for those that somebody holds.
SELECT id, name, process, version, address, joined_at, heard_at, until, left_at, gone_at FROM instances
WHERE left_at IS NULL AND gone_at IS NULL AND until <= $1
ORDER BY joined_at, id
FOR UPDATE SKIP LOCKED
