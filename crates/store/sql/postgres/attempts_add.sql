-- Claimed attempts. The unique index attempts_live refuses a second live one to a number.
INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at)
SELECT e.id, $1, e.contact_id, e.number, e.made, 'claimed', $2, $3
FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::integer[]) AS e (id, contact_id, number, made)
