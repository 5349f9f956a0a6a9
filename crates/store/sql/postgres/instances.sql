-- Every process that is remembered, the eldest first. A few rows.
SELECT id, name, process, version, address, joined_at, heard_at, until, left_at, gone_at FROM instances
ORDER BY joined_at, id
