-- One row of a file, unless its number stands in the campaign. Ids ascend, so the table and contacts_due
-- are appended to; contacts_number is the one index that is entered at random.
INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, zone, name, name_key,
                      metadata)
VALUES (?4, ?1, ?2, ?5, ?6, 'pending', 'new', ?3, ?3, ?7, ?8, ?10, ?9)
ON CONFLICT (campaign_id, number) DO NOTHING
