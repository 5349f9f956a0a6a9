-- A stored recording is removed after its time; one that is to leave the carrier is still to. By its primary key.
UPDATE recordings SET state = 'removed', removed_at = ?2
WHERE id = ?1 AND state = 'stored'
