-- Settings under which what was acknowledged can be lost.
SELECT name || ' is ' || setting FROM pg_settings
WHERE (name IN ('fsync','full_page_writes') AND setting <> 'on')
   OR (name = 'synchronous_commit' AND setting IN ('off','local'))
ORDER BY name
