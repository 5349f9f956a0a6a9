-- What an agent is called.
UPDATE agents SET name = ?2 WHERE id = ?1
