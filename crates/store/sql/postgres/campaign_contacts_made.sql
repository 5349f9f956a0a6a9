-- The place of a campaign's last contact.
UPDATE campaigns SET contacts_made = $2 WHERE id = $1
