-- A stored recording is removed after its time. By its primary key.
UPDATE recordings SET state = 'removed', next_try_at = NULL, removed_at = ?2
WHERE id = ?1 AND state = 'stored'
