-- What a claim asks of its campaign; whoever holds this lock changes the campaign's contacts alone.
SELECT id, state, live, next_slot_at, lease_owner, lease_epoch
FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE
