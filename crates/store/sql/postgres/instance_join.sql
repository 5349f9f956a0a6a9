-- Enters a process; one that is known begins anew.
INSERT INTO instances (id, name, process, version, address, joined_at, heard_at, until, schema)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, process = excluded.process, version = excluded.version,
  address = excluded.address, joined_at = excluded.joined_at, heard_at = excluded.heard_at,
  until = excluded.until, left_at = NULL, gone_at = NULL, schema = excluded.schema
