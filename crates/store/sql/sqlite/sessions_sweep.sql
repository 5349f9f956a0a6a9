-- Removes some sessions that ran out. Served by sessions_until.
DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE until <= ?1 ORDER BY until LIMIT ?2)
