-- The line of the contact that has a number. Served by contacts_number.
SELECT id, line FROM contacts WHERE campaign_id = ?1 AND number = ?2
