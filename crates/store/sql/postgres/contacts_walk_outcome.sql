-- Contacts of a campaign with a last outcome by id, as far as a search looks at them. Served by
-- contacts_outcome.
SELECT id, number, name_key, state, last_outcome
FROM contacts
WHERE campaign_id = $5 AND last_outcome = $4 AND id > $1 AND id < $2
ORDER BY id
LIMIT $3
