-- Contacts of a campaign with one name by id, as far as a search looks at them. Served by contacts_name.
SELECT id, number, name_key, state, last_outcome
FROM contacts INDEXED BY contacts_name
WHERE campaign_id = ?4 AND name_key = ?5 AND id > ?1 AND id < ?2
ORDER BY id
LIMIT ?3
