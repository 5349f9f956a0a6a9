-- The count of a campaign's contacts in a state, from 0.
INSERT INTO campaign_contacts (campaign_id, state, contacts) VALUES (?1, ?2, 0)
