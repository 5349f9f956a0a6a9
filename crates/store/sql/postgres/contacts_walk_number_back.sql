-- Contacts of a campaign by descending number, as far as a search looks at them. Served by contacts_number.
SELECT id, number, name_key, state, last_outcome
FROM contacts
WHERE campaign_id = $4 AND number > $1 AND number < $2
ORDER BY number DESC
LIMIT $3
