-- name: DATABASE_TIME
-- What time it is for all who share the ledger.
-- postgres:
SELECT clock_timestamp() AS now

-- name: MOVE_CHAIN
-- The chain of a ledger that was copied, when it has entries.
-- postgres:
INSERT INTO audit_chains (id) OVERRIDING SYSTEM VALUE
SELECT 1 WHERE EXISTS (SELECT 1 FROM audit WHERE chain = 1)

-- name: MOVE_NUMBERS
-- The rows of numbers that are in a call, which claims lock. Served by attempts_live.
-- postgres:
INSERT INTO numbers (number)
SELECT number FROM attempts WHERE ended_at IS NULL ORDER BY number
ON CONFLICT DO NOTHING

-- name: MOVE_SEQUENCES
-- Whatever is numbered goes on after what was copied.
-- postgres:
SELECT setval(pg_get_serial_sequence('campaigns', 'id'), greatest((SELECT max(id) FROM campaigns), 1),
              EXISTS (SELECT 1 FROM campaigns)),
       setval(pg_get_serial_sequence('users', 'id'), greatest((SELECT max(id) FROM users), 1),
              EXISTS (SELECT 1 FROM users)),
       setval(pg_get_serial_sequence('tokens', 'id'), greatest((SELECT max(id) FROM tokens), 1),
              EXISTS (SELECT 1 FROM tokens)),
       setval(pg_get_serial_sequence('lists', 'id'), greatest((SELECT max(id) FROM lists), 1),
              EXISTS (SELECT 1 FROM lists)),
       setval(pg_get_serial_sequence('agents', 'id'), greatest((SELECT max(id) FROM agents), 1),
              EXISTS (SELECT 1 FROM agents)),
       setval(pg_get_serial_sequence('carrier_events', 'id'), greatest((SELECT max(id) FROM carrier_events), 1),
              EXISTS (SELECT 1 FROM carrier_events)),
       setval(pg_get_serial_sequence('answers', 'id'), greatest((SELECT max(id) FROM answers), 1),
              EXISTS (SELECT 1 FROM answers)),
       setval(pg_get_serial_sequence('recordings', 'id'), greatest((SELECT max(id) FROM recordings), 1),
              EXISTS (SELECT 1 FROM recordings)),
       setval(pg_get_serial_sequence('announcements', 'id'), greatest((SELECT max(id) FROM announcements), 1),
              EXISTS (SELECT 1 FROM announcements)),
       setval(pg_get_serial_sequence('unmatched_evidence', 'seq'),
              greatest((SELECT max(seq) FROM unmatched_evidence), 1), EXISTS (SELECT 1 FROM unmatched_evidence)),
       setval(pg_get_serial_sequence('audit_chains', 'id'), greatest((SELECT max(id) FROM audit_chains), 1),
              EXISTS (SELECT 1 FROM audit_chains)),
       setval(pg_get_serial_sequence('audit', 'seq'), greatest((SELECT max(seq) FROM audit), 1),
              EXISTS (SELECT 1 FROM audit))

-- name: SCHEMA_OBJECTS
-- Everything in a schema that the ledger rests on: kind, name, and how it is made, in words that depend on
-- nothing but what it is. What is in order but stands elsewhere reads the same.
-- postgres:
WITH tables AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = $1 AND c.relkind IN ('r','p'))
SELECT 'table' AS kind, t.relname::text AS name,
       concat_ws(' ', CASE t.relpersistence WHEN 'u' THEN 'unlogged' END,
                 CASE WHEN t.relrowsecurity THEN 'row security' END,
                 CASE WHEN EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = t.oid) THEN 'rules' END) AS made
FROM tables t
UNION ALL
SELECT 'column', t.relname || '.' || a.attname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                 pg_get_expr(d.adbin, d.adrelid))
FROM tables t
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'constraint', t.relname || '.' || k.conname,
       concat_ws(' ', k.contype, k.convalidated, k.conkey, f.relname, k.confkey, k.confdeltype,
                 pg_get_expr(k.conbin, k.conrelid))
FROM tables t
JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('c','f','p','u')
LEFT JOIN pg_class f ON f.oid = k.confrelid
UNION ALL
SELECT 'index', i.relname,
       concat_ws(' ', t.relname, m.amname, x.indisunique, x.indisvalid, x.indisready, x.indnkeyatts, x.indclass,
                 x.indcollation, x.indoption,
                 (SELECT string_agg(pg_get_indexdef(x.indexrelid, n, false), ', ' ORDER BY n)
                  FROM generate_series(1, x.indnatts) AS n),
                 'where ' || pg_get_expr(x.indpred, x.indrelid))
FROM tables t
JOIN pg_index x ON x.indrelid = t.oid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
UNION ALL
SELECT 'trigger', g.tgname,
       concat_ws(' ', t.relname, g.tgtype, g.tgenabled, g.tgfoid, g.tgnargs, g.tgattr,
                 substring(pg_get_triggerdef(g.oid) FROM ' WHEN \((.*)\) EXECUTE '))
FROM tables t
JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
UNION ALL
SELECT 'function', p.proname,
       concat_ws(' ', pg_get_function_identity_arguments(p.oid), l.lanname, p.prosecdef, p.proconfig, p.prosrc)
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = $1

-- name: SCHEMA_TABLES
-- Whether the ledger's own table is there, and how many tables there are.
-- postgres:
SELECT coalesce(bool_or(c.relname = 'ringonce_schema'), false), count(*)
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r','p')

-- name: SCHEMA_VERSION
-- The last migration, and from which schema on programs may use the database.
-- postgres:
SELECT max(version), max(usable_from) FROM ringonce_schema HAVING count(*) > 0
