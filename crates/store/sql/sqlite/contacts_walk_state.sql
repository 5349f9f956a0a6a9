-- Contacts of a campaign in a state by id, as far as a search looks at them. Served by contacts_state.
SELECT id, number, name_key, state, last_outcome
FROM contacts INDEXED BY contacts_state
WHERE state = ?4 AND id > ?1 AND id < ?2
ORDER BY id
LIMIT ?3
