-- Moves the count of a campaign's contacts in a state, in the transaction that moves the contacts.
UPDATE campaign_contacts SET contacts = contacts + $3
WHERE campaign_id = $1 AND state = $2
