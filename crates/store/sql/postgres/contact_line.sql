-- The lines of the contacts that have these numbers: one look into contacts_number for each, whatever the
-- planner believes of the table.
SELECT n.number, k.line
FROM unnest($2::bigint[]) AS n (number)
CROSS JOIN LATERAL (SELECT line FROM contacts WHERE campaign_id = $1 AND number = n.number LIMIT 1) k
