-- Transactions that have been open for so long that they keep every table from being cleaned.
SELECT coalesce(nullif(application_name, ''), 'somebody') || ' (process ' || pid || ') has had a transaction open since '
       || to_char(xact_start, 'YYYY-MM-DD HH24:MI TZ')
FROM pg_stat_activity
WHERE datname = current_database() AND xact_start < clock_timestamp() - interval '15 minutes'
ORDER BY xact_start LIMIT 20
