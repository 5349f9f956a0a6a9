-- Removes a bounded number of a campaign's contacts, those of one list if given, and tells their states.
DELETE FROM contacts
WHERE id IN (SELECT id FROM contacts WHERE id > ?1 AND id < ?2 AND (?3 IS NULL OR list_id = ?3) LIMIT ?4)
RETURNING state
