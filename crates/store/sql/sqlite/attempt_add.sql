-- A claimed attempt. The unique index attempts_live refuses a second live one to a number.
INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at)
VALUES (?1, ?2, ?3, ?4, ?5, 'claimed', ?6, ?7)
