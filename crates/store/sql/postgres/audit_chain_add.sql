-- Opens a chain of the audit trail.
INSERT INTO audit_chains DEFAULT VALUES RETURNING id
