-- One process that shares the ledger.
SELECT id, name, process, version, address, joined_at, heard_at, until, left_at, gone_at FROM instances WHERE id = $1
FOR UPDATE
