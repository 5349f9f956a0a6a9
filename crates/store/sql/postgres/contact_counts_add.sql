-- The counts of a campaign's contacts by state, from 0.
INSERT INTO campaign_contacts (campaign_id, state, contacts) SELECT $1, state, 0 FROM unnest($2::text[]) AS s (state)
