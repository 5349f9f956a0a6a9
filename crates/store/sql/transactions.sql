-- Where transactions begin and end.

-- name: BEGIN
-- Begins a transaction that writes: with the write lock, where there is one.
-- sqlite:
BEGIN IMMEDIATE
-- postgres:
BEGIN

-- name: BEGIN_READ
-- Begins a transaction that reads.
-- sqlite:
BEGIN

-- name: COMMIT
-- Makes a transaction durable.
COMMIT

-- name: ROLLBACK
-- Takes a transaction back.
ROLLBACK

-- name: SAVEPOINT
-- Begins one command of a group.
-- sqlite:
SAVEPOINT command

-- name: RELEASE
-- Ends one command of a group.
-- sqlite:
RELEASE command

-- name: ROLLBACK_TO
-- Takes one command of a group back.
-- sqlite:
ROLLBACK TO command

-- name: DATA_VERSION
-- Changes when another connection has committed.
-- sqlite:
PRAGMA data_version
