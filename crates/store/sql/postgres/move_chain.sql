-- The chain of a ledger that was copied, when it has entries.
INSERT INTO audit_chains (id) OVERRIDING SYSTEM VALUE
SELECT 1 WHERE EXISTS (SELECT 1 FROM audit WHERE chain = 1)
