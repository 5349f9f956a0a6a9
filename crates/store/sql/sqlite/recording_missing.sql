-- A wanted recording is given up. By its primary key.
UPDATE recordings SET state = 'missing', next_try_at = NULL, fault = ?2
WHERE id = ?1 AND state = 'wanted'
