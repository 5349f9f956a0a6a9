-- Everything in a schema that the ledger rests on: kind, name, and how it is made, in words that depend on
-- nothing but what it is. What is in order but stands elsewhere reads the same.
WITH tables AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = $1 AND c.relkind IN ('r','p'))
SELECT 'table', t.relname::text,
       concat_ws(' ', CASE t.relpersistence WHEN 'u' THEN 'unlogged' END,
                 CASE WHEN t.relrowsecurity THEN 'row security' END,
                 CASE WHEN EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = t.oid) THEN 'rules' END)
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
