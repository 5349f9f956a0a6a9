-- What keeps the server from cleaning up behind updates: switched off, for all or for a table, or far behind
-- for longer than it usually rests.
SELECT name || ' is ' || setting FROM pg_settings WHERE name IN ('autovacuum','track_counts') AND setting <> 'on'
UNION ALL
SELECT 'autovacuum is off for ' || relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
  AND reloptions && ARRAY['autovacuum_enabled=off','autovacuum_enabled=false','autovacuum_enabled=0']
UNION ALL
SELECT relname || ' holds ' || n_dead_tup || ' dead rows and ' || n_live_tup || ' live ones, cleaned '
       || coalesce('last at ' || to_char(greatest(last_autovacuum, last_vacuum), 'YYYY-MM-DD HH24:MI TZ'), 'never')
FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND n_dead_tup > 100000 AND n_dead_tup > n_live_tup
  AND coalesce(greatest(last_autovacuum, last_vacuum) < now() - interval '10 minutes', true)
