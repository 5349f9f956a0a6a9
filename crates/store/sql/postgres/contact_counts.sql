-- A campaign's contacts by state.
SELECT campaign_id, state, contacts FROM campaign_contacts WHERE campaign_id = $1
