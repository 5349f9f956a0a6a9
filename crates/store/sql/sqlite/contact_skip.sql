-- A contact that a rule forbids for good.
UPDATE contacts
SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = ?2, changed_at = ?3
WHERE id = ?1 AND state = 'pending'
