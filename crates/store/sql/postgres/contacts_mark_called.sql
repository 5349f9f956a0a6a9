-- Skips the waiting contacts of a range whose number another campaign has called since an instant (promise A1).
-- A range of the primary key, then numbers by primary key.
UPDATE contacts k
SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = $5, changed_at = $6
FROM numbers n
WHERE k.id >= $2 AND k.id < $3 AND k.state = 'pending'
  AND n.number = k.number
  AND CASE n.last_campaign WHEN $1 THEN n.other_called_at ELSE n.last_called_at END > $4
