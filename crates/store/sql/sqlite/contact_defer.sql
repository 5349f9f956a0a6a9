-- A contact that a rule forbids until an instant.
UPDATE contacts SET due_at = ?2, reason = ?3, changed_at = ?4
WHERE id = ?1 AND state = 'pending'
