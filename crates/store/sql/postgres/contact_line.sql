-- The lines of the contacts that have these numbers. One look into contacts_number for each.
SELECT number, line FROM contacts WHERE campaign_id = $1 AND number = ANY ($2::bigint[])
