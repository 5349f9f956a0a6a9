-- Whether the ledger's own table is there, and how many tables there are.
SELECT coalesce(bool_or(c.relname = 'ringonce_schema'), false), count(*)
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r','p')
