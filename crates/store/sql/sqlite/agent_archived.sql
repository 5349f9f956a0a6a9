-- Puts an agent away, or takes it out again.
UPDATE agents SET archived_at = ?2 WHERE id = ?1
