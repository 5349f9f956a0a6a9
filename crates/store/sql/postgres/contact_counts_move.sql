-- Moves the counts of campaigns' contacts by state, in the transaction that moves the contacts.
UPDATE campaign_contacts n SET contacts = n.contacts + e.by
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS e (campaign_id, state, by)
WHERE n.campaign_id = e.campaign_id AND n.state = e.state
