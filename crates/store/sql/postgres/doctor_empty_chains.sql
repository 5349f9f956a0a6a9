-- Chains of the audit trail without an entry: a chain is opened together with its first.
SELECT 'chain ' || c.id || ' has no entry' FROM audit_chains c
WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.chain = c.id)
ORDER BY c.id LIMIT 100
