-- What a claim asks of its campaign. By primary key.
SELECT id, state, live, next_slot_at, lease_owner, lease_epoch
FROM campaigns WHERE id = ?1 AND deleted_at IS NULL
