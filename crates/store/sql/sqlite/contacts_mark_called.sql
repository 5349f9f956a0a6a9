-- Skips the waiting contacts of a range whose number another campaign has called since an instant (promise A1).
-- A range of the primary key, then numbers by primary key.
UPDATE contacts
SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = ?5, changed_at = ?6
WHERE id >= ?2 AND id < ?3 AND +state = 'pending'
  AND EXISTS (SELECT 1 FROM numbers n
              WHERE n.number = contacts.number
                AND CASE n.last_campaign WHEN ?1 THEN n.other_called_at ELSE n.last_called_at END > ?4)
