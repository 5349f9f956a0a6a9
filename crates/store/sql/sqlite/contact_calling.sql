-- A contact whose attempt has just been claimed.
UPDATE contacts
SET state = 'calling', due_at = NULL, reason = NULL, attempts = attempts + 1, changed_at = ?2
WHERE id = ?1 AND state = 'pending'
