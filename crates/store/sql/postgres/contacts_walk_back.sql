-- Contacts of a campaign by descending id, as far as a search looks at them: a range of the primary key.
SELECT id, number, name_key, state, last_outcome
FROM contacts
WHERE id > $1 AND id < $2
ORDER BY id DESC
LIMIT $3
