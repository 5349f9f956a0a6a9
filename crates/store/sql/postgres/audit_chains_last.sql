-- The end of every chain: one look into the primary key for each.
SELECT c.id, l.place, l.at
FROM audit_chains c
CROSS JOIN LATERAL (SELECT a.place, a.at FROM audit a WHERE a.chain = c.id ORDER BY a.place DESC LIMIT 1) l
