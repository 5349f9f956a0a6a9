-- Contacts of a campaign by number, as far as a search looks at them. Served by contacts_number.
SELECT id, number, name_key, state, last_outcome
FROM contacts INDEXED BY contacts_number
WHERE campaign_id = ?4 AND number > ?1 AND number < ?2
ORDER BY number
LIMIT ?3
